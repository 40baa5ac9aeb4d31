"""Usage: versions.py, started by modules.py

Compares base/versions.py with tables of versions and clauses. Prints differences.

ORDER, SAME, NO_VERSIONS, MATCHING and NO_CLAUSES contain the examples of the tests of `packaging`
26.3 (tests/test_version.py and tests/test_specifiers.py), Copyright (c) Donald Stufft and
individual contributors, under the terms of either the Apache License 2.0 or the BSD 2-Clause
License.
"""

from __future__ import annotations

from helper.base.versions import is_prerelease, is_version, matches, parse_clauses, version_key

# each comes before the next
ORDER = """\
1.0.dev0 1.0.dev456 1.0.dev456+local 1.0a0 1.0a0.post0.dev0 1.0a0.post0 1.0a1.dev1
1.0a1.dev1+local 1.0a1 1.0a1+local 1.0b0 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345
1.0b2-346 1.0rc0 1.0rc1.dev1 1.0c1 1.0rc2 1.0 1.0.post0.dev0 1.0.post0 1.0.post456.dev34
1.0.post456 1.0.post456+local 1.0.1.dev1 1.0.1a1 1.0.1 1.0.1+local 1.0.1.post1 1.1.dev1 1.2+a
1.2+abc 1.2+abcdef 1.2+def 1.2+0 1.2+1 1.2+1.abc 1.2+1.1 1.2+1.1.0 1.2+2 1.2+123 1.2+123456
1.2.r32+123456 1.2.rev33+123456 1!1.0.dev0 1!1.0.dev456 1!1.0.dev456+local 1!1.0a0
1!1.0a0.post0.dev0 1!1.0a0.post0 1!1.0a1.dev1 1!1.0a1.dev1+local 1!1.0a1 1!1.0a1+local 1!1.0b0
1!1.0b1.dev456 1!1.0b2 1!1.0b2.post345.dev456 1!1.0b2.post345 1!1.0b2-346 1!1.0rc0 1!1.0rc1.dev1
1!1.0c1 1!1.0rc2 1!1.0 1!1.0.post0.dev0 1!1.0.post0 1!1.0.post456.dev34 1!1.0.post456
1!1.0.post456+local 1!1.0.1.dev1 1!1.0.1a1 1!1.0.1 1!1.0.1+local 1!1.0.1.post1 1!1.1.dev1 1!1.2+a
1!1.2+abc 1!1.2+abcdef 1!1.2+def 1!1.2+0 1!1.2+1 1!1.2+1.abc 1!1.2+1.1 1!1.2+1.1.0 1!1.2+2
1!1.2+123 1!1.2+123456 1!1.2.r32+123456 1!1.2.rev33+123456
"""

# a version, and other spellings of it
SAME = """\
1.0.dev0 = 1.0dev 1.0.dev 1.0-dev 1.0DEV 1.0.DEV 1.0-DEV
1.0.dev1 = 1.0dev1 1.0-dev1 1.0DEV1 1.0.DEV1 1.0-DEV1
1.0a0 = 1.0a 1.0.a 1.0-a 1.0alpha 1.0.alpha 1.0-alpha 1.0A 1.0.A 1.0-A 1.0ALPHA
1.0a0 = 1.0.ALPHA 1.0-ALPHA
1.0a1 = 1.0.a1 1.0-a1 1.0.alpha1 1.0-alpha1 1.0.A1 1.0-A1 1.0.ALPHA1 1.0-ALPHA1
1.0b0 = 1.0b 1.0.b 1.0-b 1.0beta 1.0.beta 1.0-beta 1.0B 1.0.B 1.0-B 1.0BETA 1.0.BETA
1.0b0 = 1.0-BETA
1.0b1 = 1.0.b1 1.0-b1 1.0.beta1 1.0-beta1 1.0.B1 1.0-B1 1.0.BETA1 1.0-BETA1
1.0rc0 = 1.0c 1.0.c 1.0-c 1.0rc 1.0.rc 1.0-rc 1.0C 1.0.C 1.0-C 1.0RC 1.0.RC 1.0-RC
1.0rc1 = 1.0.c1 1.0-c1 1.0.rc1 1.0-rc1 1.0.C1 1.0-C1 1.0.RC1 1.0-RC1
1.0.post0 = 1.0post 1.0.post 1.0-post 1.0POST 1.0.POST 1.0r 1.0rev 1.0-POST 1.0.post000
1.0.post1 = 1.0post1 1.0-post1 1.0POST1 1.0.POST1 1.0.r1 1.0.rev1 1.0-POST1
1.0.post5 = 1.0-5 1.0-r5 1.0-rev5
1.0+abc = 1.0+AbC
1.1 = 1.01
1.0a5 = 1.0a05
1.0b7 = 1.0b07
1.0rc56 = 1.0c056
1.0rc9 = 1.0rc09
1.1.dev9000 = 1.1.dev09000
1.2 = 00!1.2
100!0.0 = 0100!0.0
1.0 = v1.0 1.0
"""

NO_VERSIONS = [
    *("french toast", "1.0+a+", "1.0++", "1.0+_foobar", "1.0+foo&asd", "1.0+1+1", "1.0+\u0130"),
    *("1. 0", "1 .0", "1. 0a1", "1 .0a1", "1.0 a1", "1.0a 1"),
    *(".", "..", "1..0", "1.0.", ".1.0", "1..2.3", "\u0660\u0661.\u0662", "\u0663"),
    # ours: a version stands in requirements and lines
    *("", " ", " 1.0", "1.0\n", "1.0\0", "9" * 5000, "1." * 3000 + "1", "2004d", "unknown", "*"),
]

# clauses | versions that match | versions that do not
MATCHING = """\
==2 | 2.0 2.0+deadbeef | 2.1
==2.0 | 2.0 2.0+deadbeef | 2.1
==2.0.0 | 2.0 2.0+deadbeef | 2.1
==2+deadbeef | 2.0+deadbeef |
==2.0+deadbeef | 2.0+deadbeef | 2.0
==2.0.0+deadbeef | 2.0+deadbeef |
==2.0.0+deadbeef.00 | 2.0+deadbeef.0 |
==2.* | 2.dev1 2a1 2a1.post1 2b1 2b1.dev1 2c1 2c1.post1.dev1 2rc1 2 0!2 2.0 2.0.0 |
==2.0.* | 2c1.post1.dev1 2rc1 2 2.0.0.0 | 2.1 2.1.0.0
==2.0.0.* | 2 | 3
==0!2.* | 2 |
==2.1.* | 2.1+local.version |
!=2 | 2.1 2.0.1 | 2.0 2.0+deadbeef
!=2.0 | 2.1 2.0.1 | 2.0 2.0+deadbeef
!=2.0.0 | 2.0.1 | 2.0 2.0+deadbeef
!=2.0+deadbeef | 2.0 | 2.0+deadbeef
!=3.* | 2.0 |
!=2.0.* | 2.1 2.1.0.0 | 2c1.post1.dev1 2rc1 2 2.0.0.0
!=2.0.0.* | 3 | 2
>=2 | 2.0 2.0.post1 2.0.post1.dev1 3 |
>=2 |  | 2.0.dev1 2.0a1 2.0a1.dev1 2.0b1 2.0b1.post1 2.0c1 2.0c1.post1.dev1 2.0rc1 1
>=2.0 | 2.0 2!1.0 |
>=2.0.0 | 2.0 |
>=3.0.0a7 | 3.0.0a8 |
<=2 | 2.0 2.0.dev1 2.0a1 2.0a1.dev1 2.0b1 2.0b1.post1 2.0c1 2.0c1.post1.dev1 2.0rc1 1 |
<=2 |  | 2.0.post1 2.0.post1.dev1 3
<=2.0 | 2.0 |
<=2.0.0 | 2.0 |
<=3.0.0a8 | 3.0.0a7 |
>2 | 3 2.0.1 2.1.post1 2.1+local.version |
>2 |  | 1 2.0.dev1 2.0a1 2.0a1.post1 2.0b1 2.0b1.dev1 2.0c1 2.0c1.post1.dev1 2.0rc1 2.0
>2 |  | 2.0.post1 2.0.post1.dev1 2.0+local.version
>2.0 | 2.1 2!1.0 |
>3.0.0a7 | 3.0.0a8 |
<2 | 1 |
<2 |  | 2.0.dev1 2.0a1 2.0a1.post1 2.0b1 2.0b2.dev1 2.0c1 2.0c1.post1.dev1 2.0rc1 2.0
<2 |  | 2.post1 2.post1.dev1 3
<2.1 | 2.0 2.0.dev0 |
<3.0.0a8 | 3.0.0a7 |
~=1.0 | 1 1.0.1 1.1 1.9999999 | 2.0 2!1.0
~=1.0a1 | 1.1 |
~=2022.01.01 | 2022.01.01 |
~=2!1.0 | 2!1.0 | 1.0
==2!1.* | 2!1.0 2!1.0.0 | 1.0
==2!1.0 | 2!1.0 | 1.0
!=1.0 | 2!1.0 |
==2!1.0.0.0.* | 2!1.0.0 |
==2!1.0.* | 2!1.0.0 |
!=2!1.0 | 1.0 | 2!1.0
<=2!0.1 | 1.0 |
<2!0.1 | 1.0 |
>2.0dev | 2.0.5 |
>1.0.dev1 | 1.0+local 1.0.dev2+local | 1.0.dev1+local
>4.1.0a2.dev1234 | 4.1.0a2.dev1235+local | 4.1.0a2.dev1234+local
>1.0a1 | 1.0a2+local | 1.0a1+local
>1.0b1 | 1.0b2+local | 1.0b1+local
>1.0rc1 | 1.0rc2+local | 1.0rc1+local
>1.0.post1 | 1.0.post2+local | 1.0.post1+local
>1.0a1.dev1 | 1.0a1.dev2+local | 1.0a1.dev1+local
>1.0.post1.dev1 | 1.0.post1.dev2+local | 1.0.post1.dev1+local
==3.* |  | 2.0
!=2+deadbeef |  | 2.0+deadbeef
!=2.0.0+deadbeef |  | 2.0+deadbeef
!=2.0.0+deadbeef.00 |  | 2.0+deadbeef.0
!=2.* |  | 2.dev1 2a1 2a1.post1 2b1 2b1.dev1 2c1 2c1.post1.dev1 2rc1 2 2.0 2.0.0
~=1.0.0 |  | 1.1.0 1.1.post1
==1.0 |  | 2!1.0
==1.0.0.* |  | 2!1.0
==2!1.0.0.* |  | 1.0
==1.* |  | 2!1.0
===1.0 | 1.0 | 1.0.0 1.0.dev0 1.0+downstream1 0!1.0 01.0
===1.0.dev0 | 1.0.dev0 |
===1.0+downstream1 |  | 1.0
===foobar | foobar | invalid
===baz |  | foobar
===1.0a1 | 1.0a1 1.0A1 |
===1.0A1 | 1.0A1 1.0a1 |
===1.0b1 | 1.0b1 1.0B1 |
===1.0B1 | 1.0B1 1.0b1 |
===1.0rc1 | 1.0rc1 1.0RC1 |
===1.0RC1 | 1.0RC1 1.0rc1 |
===1.0.post1 | 1.0.post1 1.0.POST1 1.0.post1 | 1.0-1
===1.0.POST1 | 1.0.POST1 1.0.post1 |
===1.0.dev1 | 1.0.dev1 1.0.DEV1 | 1.0.dev01
===1.0.DEV1 | 1.0.DEV1 1.0.dev1 |
===1.0+local | 1.0+local 1.0+LOCAL |
===1.0+LOCAL | 1.0+LOCAL 1.0+local |
===1.0+abc.def | 1.0+abc.def 1.0+ABC.DEF |
===1.0+ABC.DEF | 1.0+ABC.DEF 1.0+abc.def |
===1.0+AbC | 1.0+AbC |
===1.0+abc | 1.0+AbC |
===1.0+ABC | 1.0+AbC |
===1.0a1.post2.dev3 | 1.0a1.post2.dev3 1.0A1.POST2.DEV3 |
===1.0A1.POST2.DEV3 | 1.0A1.POST2.DEV3 1.0a1.post2.dev3 |
===LOLWAT | lolwat |
===LoLWaT | lolwat |
===lolwat | LOLWAT |
===lOlwAt | LoLWaT |
===invalid | invalid |
===1.1 | 1.1 | 1.01
===1.01 | 1.01 | 1.1
===1.a1 | 1.a1 | 1a1
===1a1 | 1a1 | 1.a1
===0!1.0 | 0!1.0 | 1.0
===01.0 | 01.0 | 1.0
===1.0-1 | 1.0-1 | 1.0.post1
===1.0.dev01 | 1.0.dev01 | 1.0.dev1
"""

INVALID = """\
2.0 =>2.0 == ~=1.0+5 >=1.0+deadbeef <=1.0+abc123 >1.0+watwat <1.0+1.0 ~=1.0.* >=1.0.* <=1.0.*
>1.0.* <1.0.* ==1.0.*+5 !=1.0.*+deadbeef ==2.0a1.* !=2.0a1.* ==2.0.post1.* !=2.0.post1.*
==2.0.dev1.* !=2.0.dev1.* ==1.0+5.* !=1.0+deadbeef.* ==1.0.*.5 ~=1 ==1.0.dev1.* !=1.0.dev1.*
"""
NO_CLAUSES = [
    *INVALID.split(),
    *("==1.2+\u0130", "==1.2+\u0130\u0131\u017fK"),
    # ours
    *("*", "==*", ">=", "===", "=== ", "1.0,>=2", ">=1,,<2", ",", ",>=1", ">=1 <2", ">= 1 . 0"),
    *(">=1;<2", "<>1", "=1", "===1.0)", ">=1\n2", "==1.0.*.*", f">={'9' * 5000}"),
]

# ours: several clauses, spaces, and what an advisory names
OURS = [
    ("", "1 2.0.dev1 nonsense", ""),
    (">=1.82.7,<=1.82.8", "1.82.7 1.82.8rc1 1.82.8 1.82.7.post1 1.82.8+cu1", "1.82.7rc1 1.82.9"),
    (" >= 1 , != 1.5.* , < 2 , ", "1 1.4 1.6 1.9a1", "0.9 1.5 1.5.1 2 2.0rc1"),
    # `<2` leaves out the pre-releases of 2, and this does not
    ("<=2,!=2", "1.9 2.0rc1 2.0.dev1", "2 2.0 2.0+local 2.0.post1"),
    ("<1.0.post1", "1.0 1.0a1 0.9", "1.0.post1 1.0.post1.dev1"),
    (">1.0a1", "1.0 1.0.post1 1.0a2", "1.0a1 1.0a1.post1 1.0a1.post1.dev1"),
    ("==V1.0.*", "1.0 1.0.9", "1.1"),
    (f">=1.dev{'9' * 200}", "1.0a1 1", "1.dev5"),
]


def check_versions() -> None:
    words = ORDER.split()
    for earlier, later in zip(words, words[1:]):
        one, other = version_key(earlier), version_key(later)
        if one is None or other is None or not one < other:
            print(f"{earlier} is not before {later}")
    for line in SAME.splitlines():
        word, _, others = line.partition(" = ")
        for each in others.split():
            if version_key(each) is None or version_key(each) != version_key(word):
                print(f"{each} is not {word}")
    for word in NO_VERSIONS:
        if is_version(word):
            print(f"{word[:40]!r} is a version")
    for word, expected in (("1.0", False), ("1.0.post1", False), ("1.0+a", False), ("1rc1", True)):
        key = version_key(word)
        if key is None or is_prerelease(key) != expected:
            print(f"{word}: is a pre-release: {not expected}")


def check_clauses() -> None:
    rows = [tuple(map(str.strip, line.split("|"))) for line in MATCHING.splitlines()]
    for text, good, bad in (*((row[0], row[1], row[2]) for row in rows), *OURS):
        clauses = parse_clauses(text)
        if clauses is None:
            print(f"{text} has no meaning")
            continue
        for word in good.split():
            if not matches(clauses, word):
                print(f"{text} does not match {word}")
        for word in bad.split():
            if matches(clauses, word):
                print(f"{text} matches {word}")
        if clauses and not text.startswith("===") and matches(clauses, "nonsense"):
            print(f"{text} matches nonsense")
    for text in NO_CLAUSES:
        if parse_clauses(text) is not None:
            print(f"{text[:40]!r} has a meaning")


check_versions()
check_clauses()
