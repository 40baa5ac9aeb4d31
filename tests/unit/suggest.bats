#!/usr/bin/env bats
# helper/base/messages.py: the known word that the user probably meant.

# shells: once
load ../support/common

@test "words with one typing error are near, longer words also with two" {
    run with_modules -c 'from helper.base.messages import nearest
known = ["pallets", "relephant", "ab", "Flask", "x", "ünï"]
for word in ("palets", "pallets2", "pallest", "plaets", "qallets", "pal", "relefant", "rleephnat", "ac", "ba", "a",
             "flask", "flaks", "y", "", "üni", "unï", "relephant-test"):
    print(word, nearest(word, known), sep=":")
print(nearest("anyb", ["anya", "anyc"]), nearest("anya2", []))'
    assert_ok 'palets:pallets
pallets2:pallets
pallest:pallets
plaets:pallets
qallets:pallets
pal:None
relefant:relephant
rleephnat:relephant
ac:ab
ba:ab
a:ab
flask:Flask
flaks:Flask
y:None
:None
üni:ünï
unï:ünï
relephant-test:None
None None'
}
