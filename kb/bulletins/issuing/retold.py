"""Which of the stories once put into a text it still tells, maybe in an editor's words."""

from collections.abc import Mapping

# Of the character pairs of a line, so many that are a story's make the line that story.
_OF_LINE = 0.4
# Of a line that tells one story already, so many more that only another story explains; or so many
# of what is that other story's own.
_MORE_OF_LINE, _OF_STORY = 0.2, 0.5


def still_told(text: str, stories: Mapping[str, str], frame: str) -> set[str]:
    """The keys of the stories that lines of the text tell.

    Each line is the story that explains most of it. Another one is in it, too, only by what the
    first leaves unexplained: stories of one unit read much alike, and one that was taken out is
    not told by its neighbour.

    :param stories: each as it was put in.
    :param frame: words that all stories are put in, which tell none of them.
    """
    common = _pairs(frame)
    pairs = {key: _pairs(story) - common for key, story in stories.items()}
    found: set[str] = set()
    lines = [line.strip() for line in text.splitlines()]
    for line in lines:
        # Two of the same words are told by two lines.
        same = (key for key, story in stories.items() if story == line and key not in found)
        key = next(same, None)
        found |= {key} if key is not None else _in_line(_pairs(line) - common, pairs)
    return found


def _in_line(line: set[str], stories: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    rest, known = set(line), set[str]()
    left = dict(stories)
    while rest and left:
        key = max(left, key=lambda one: len(left[one] & rest))
        own = left.pop(key) - known
        shared = len(own & rest)
        is_enough = shared >= len(line) * (_MORE_OF_LINE if found else _OF_LINE)
        if not is_enough and not (own and shared >= len(own) * _OF_STORY):
            break
        found.add(key)
        rest -= own
        known |= own
    return found


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
