"""How names are typed on a phone."""

import subprocess
import sys
from pathlib import Path

import pytest

from server.schools.pinyin import pinyin_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhang san", "zs"),
        ("单雨桐", "shan yu tong", "syt"),
        ("曾重阳", "zeng chong yang", "zcy"),
        ("解小玲", "xie xiao ling", "xxl"),
        ("仇晓", "qiu xiao", "qx"),
        ("查良", "zha liang", "zl"),
        ("吕佳", "lv jia", "lj"),
        ("欧阳明", "ou yang ming", "oym"),
        ("尉迟安", "yu chi an", "yca"),
        ("令狐言", "ling hu yan", "lhy"),
        ("阿依古丽·买买提", "a yi gu li mai mai ti", "ayglmmt"),
        ("Tom 王", "tom wang", "tw"),
        ("", "", ""),
    ],
)
def test_a_name_is_typed_as_people_say_it(name, pinyin, initials):
    assert pinyin_of(name) == (pinyin, initials)


def test_the_longest_name_still_fits_its_columns():
    pinyin, initials = pinyin_of("庄" * 64)
    assert (len(pinyin), len(initials)) == (128, 32)


def test_the_dictionary_is_read_for_the_first_name_and_not_at_every_start():
    start = "import sys, server.app; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", start], cwd=ROOT, check=False).returncode == 0
