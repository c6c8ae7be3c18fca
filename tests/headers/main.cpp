// SPDX-License-Identifier: MIT
// Linked with one translation unit per public header: that it links is the test.
int main() { return 0; }
