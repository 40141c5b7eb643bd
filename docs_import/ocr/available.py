"""Whether pictures can be recognised here, and what installing the extra would add."""

from __future__ import annotations

from importlib.util import find_spec

WOULD_ADD = (
    "没有安装文字识别组件，图片里的文字需要人工录入。安装后（make ocr，约占 370 MB 硬盘，识别时"
    "用约 1 GB 内存）会自动识别，只需核对存疑的字。"
)


def is_available() -> bool:
    """Tell whether the extra is installed; nothing of it is loaded."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))
