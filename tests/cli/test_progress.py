"""What a person at a terminal sees of a rebuild."""

from io import StringIO

from webapp.cli.index import ProgressLine


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_shown_how_far_it_is_how_fast_and_how_long_it_takes() -> None:
    times = iter([100.0, 102.0, 102.1, 110.0, 110.0, 111.0])
    out = Terminal()
    show = ProgressLine(out, lambda: next(times))
    show("public", 0, 5000)
    show("public", 1000, 5000)
    show("public", 1100, 5000)  # too soon to be drawn again
    show("public", 4000, 4000)
    show("staff", 0, 0)
    assert out.getvalue().split("\r\x1b[K")[1:] == [
        "公开索引：0/5000 段，每秒 0 段",
        "公开索引：1000/5000 段，每秒 500 段，约剩 8 秒",
        "公开索引：4000/4000 段，每秒 400 段\n",
        "坐席索引：0/0 段，每秒 0 段\n",
    ]


def test_a_pipe_is_told_nothing() -> None:
    out = StringIO()
    ProgressLine(out)("public", 1, 2)
    assert out.getvalue() == ""
