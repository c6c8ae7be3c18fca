// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>

namespace evaluation {

/// The 80 classes of COCO and other names for them, in the singular: this project's own list, not that of CHAIR, whose scores it will
/// come near but not equal. To have CHAIR's own, put its synonyms.txt beside the question file.
///
/// shape   "class, name, name, ..."
/// units   none
/// errors  none
/// source  COCO arXiv:1405.0312 for the classes; everyday English for the rest
inline constexpr std::array<std::string_view, 80> coco_names = {
    "person, man, woman, boy, girl, child, kid, baby, toddler, infant, adult, lady, gentleman, guy, player, batter, "
    "pitcher, catcher, "
    "umpire, skier, snowboarder, skateboarder, surfer, rider, cyclist, biker, pedestrian, passenger, driver, worker, "
    "chef, cook, waiter, "
    "policeman, officer, firefighter, soldier, student, teacher, tourist, spectator, teenager, couple, crowd, family, "
    "audience",
    "bicycle, bike, tricycle",
    "car, automobile, sedan, taxi, cab, suv, minivan, hatchback",
    "motorcycle, motorbike, motor bike, motor cycle, moped, scooter",
    "airplane, plane, air plane, aeroplane, aircraft, jet, jetliner, airliner, biplane",
    "bus, minibus, school bus, coach",
    "train, locomotive, railcar, tram, streetcar, subway train",
    "truck, lorry, pickup, semi, fire engine, fire truck, firetruck, tow truck",
    "boat, ship, sailboat, canoe, kayak, ferry, yacht, rowboat, motorboat, gondola, vessel",
    "traffic light, traffic signal, stop light, stoplight, street light, streetlight",
    "fire hydrant, hydrant",
    "stop sign",
    "parking meter",
    "bench, pew",
    "bird, pigeon, duck, goose, seagull, gull, parrot, owl, eagle, hawk, swan, chicken, rooster, hen, penguin, "
    "flamingo, ostrich, peacock, "
    "sparrow, crow, finch, heron, turkey",
    "cat, kitten, kitty, tabby",
    "dog, puppy, pup, hound, poodle, terrier, beagle, retriever, bulldog, dachshund, labrador",
    "horse, pony, foal, mare, stallion, colt",
    "sheep, lamb, ram, ewe",
    "cow, cattle, bull, calf, ox, steer, heifer",
    "elephant",
    "bear, polar bear, panda, grizzly",
    "zebra",
    "giraffe",
    "backpack, back pack, knapsack, rucksack",
    "umbrella, parasol",
    "handbag, hand bag, purse, tote bag",
    "tie, necktie, bow tie, bowtie",
    "suitcase, suit case, luggage, baggage, briefcase",
    "frisbee",
    "skis, ski",
    "snowboard, snow board",
    "sports ball, ball, baseball, basketball, football, volleyball, soccer ball, tennis ball",
    "kite",
    "baseball bat",
    "baseball glove, catcher mitt, baseball mitt",
    "skateboard, skate board, longboard",
    "surfboard, surf board, boogie board",
    "tennis racket, racket, racquet, tennis racquet",
    "bottle, wine bottle, beer bottle",
    "wine glass, goblet",
    "cup, mug, teacup, coffee cup",
    "fork",
    "knife",
    "spoon, ladle",
    "bowl",
    "banana",
    "apple",
    "sandwich, burger, hamburger, cheeseburger, sub",
    "orange, tangerine, clementine",
    "broccoli",
    "carrot",
    "hot dog, hotdog",
    "pizza",
    "donut, doughnut, bagel",
    "cake, cupcake, cheesecake, birthday cake",
    "chair, stool, seat, armchair, recliner, rocking chair",
    "couch, sofa, loveseat, futon",
    "potted plant, houseplant, house plant, pot plant",
    "bed, bunk bed",
    "dining table, table, desk, coffee table, tabletop, kitchen table, picnic table",
    "toilet, urinal",
    "tv, television, monitor, television set, tv screen",
    "laptop, notebook computer, laptop computer, macbook",
    "mouse, computer mouse",
    "remote, remote control, controller, wii remote",
    "keyboard, computer keyboard",
    "cell phone, mobile phone, cellphone, smartphone, smart phone, phone, iphone",
    "microwave, microwave oven",
    "oven, stove, stovetop",
    "toaster, toaster oven",
    "sink, washbasin, basin",
    "refrigerator, fridge, freezer",
    "book, novel, textbook",
    "clock, alarm clock, clock tower",
    "vase",
    "scissors, shears",
    "teddy bear, teddy, stuffed bear",
    "hair drier, hair dryer, hairdryer, blow dryer",
    "toothbrush, tooth brush"};

}   // namespace evaluation
