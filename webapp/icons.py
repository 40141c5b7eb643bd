"""Our own line icons on a 20 by 20 grid; the template draws them with the text's colour."""

ICONS: dict[str, str] = {
    "baby": (
        '<circle cx="10" cy="11" r="6"/>'
        '<path d="M10 5c-.5-1.5.5-2.5 2-2.5M7.7 10.5v.1M12.3 10.5v.1M8 13.3c1.2 1.2 2.8 1.2 '
        '4 0"/>'
    ),
    "back": ('<path d="M8 4 3.5 8.5 8 13M3.5 8.5H12a4.5 4.5 0 0 1 0 9H8.5"/>'),
    "bag": (
        '<rect x="2.5" y="6.5" width="15" height="10.5" rx="1"/>'
        '<path d="M7 6.5V4h6v2.5M2.5 11h15M10 10v2.5"/>'
    ),
    "bell": ('<path d="M4.5 14V9a5.5 5.5 0 0 1 11 0v5l1.5 1.5H3ZM8 18h4"/>'),
    "car": (
        '<path d="M3 14.5v-4l2-5h10l2 5v4ZM3 10.5h14"/>'
        '<circle cx="6" cy="15" r="1.6"/>'
        '<circle cx="14" cy="15" r="1.6"/>'
    ),
    "card": ('<rect x="2" y="4" width="16" height="12" rx="1.5"/><path d="M2 8h16M5 12.5h4"/>'),
    "chev": ('<path d="m7.5 4.5 5.5 5.5-5.5 5.5"/>'),
    "clock": ('<circle cx="10" cy="10" r="7.5"/><path d="M10 5.5V10l3 2"/>'),
    "cone": ('<path d="M8.7 3h2.6L15 16H5Z"/><path d="M2.5 16.5h15M7.3 8h5.4M6.2 12h7.6"/>'),
    "doc": (
        '<path d="M5 2.5h7l3.5 3.5v11.5H5Z"/><path d="M12 2.5V6h3.5M7.5 10h5.5M7.5 13.3h5.5"/>'
    ),
    "down": ('<path d="M10 3.5V13M5.5 9 10 13.5 14.5 9M3 17h14"/>'),
    "draft": ('<rect x="3" y="3" width="14" height="14" rx="1" stroke-dasharray="3 2.4"/>'),
    "drop": (
        '<path d="M10 2.5c3.2 3.9 5 6.6 5 9.2a5 5 0 0 1-10 0c0-2.6 1.8-5.3 5-9.2Z"/>'
        '<path d="M3 17.5 17 3.5"/>'
    ),
    "edit": ('<path d="M3.5 16.5V13L13 3.5l3.5 3.5L7 16.5ZM11 5.5 14.5 9"/>'),
    "elder": (
        '<circle cx="8" cy="4.5" r="2.2"/>'
        '<path d="M8 7v5.5M8 8.5l4 2.5M5.5 17.5 8 12.5l3 2v3M14.5 9.5c-2 0-2 2-2 2.5v5.5"/>'
    ),
    "flag": ('<path d="M4.5 18V3h10l-2 3.5 2 3.5h-10"/>'),
    "gap": (
        '<rect x="3" y="3" width="14" height="14" rx="1" stroke-dasharray="3 2.4"/>'
        '<path d="M8 8a2.1 2.1 0 1 1 2.6 2.2c-.5.2-.6.6-.6 1.3M10 14v.1"/>'
    ),
    "house": ('<path d="M2.5 9.5 10 3l7.5 6.5M4.5 8v9h11V8M8 17v-5h4v5"/>'),
    "info": ('<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6.1v.1"/>'),
    "key": (
        '<circle cx="6.5" cy="13.5" r="3.5"/>'
        '<path d="M9 11 16.5 3.5M13.5 6.5l2.5 2.5M11.5 8.5l1.8 1.8"/>'
    ),
    "lock": (
        '<rect x="4" y="9" width="12" height="8.5" rx="1"/><path d="M6.5 9V6a3.5 3.5 0 0 1 7 0v3"/>'
    ),
    "log": ('<path d="M4 3h12v14H4ZM7 7h6M7 10h6M7 13h3.5"/>'),
    "med": ('<path d="M7.5 2.5h5v5h5v5h-5v5h-5v-5h-5v-5h5Z"/>'),
    "merge": ('<path d="M4 3v3c0 3 6 3 6 7v4.5M16 3v3c0 3-6 3-6 7M7.5 15l2.5 2.5 2.5-2.5"/>'),
    "moon": ('<path d="M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5Z"/>'),
    "next": ('<circle cx="10" cy="10" r="7.5"/><path d="M8.2 6.5 11.8 10l-3.6 3.5"/>'),
    "ok": (
        '<circle cx="10" cy="10" r="8" fill="currentColor" stroke="none"/>'
        '<path d="m6.2 10.3 2.6 2.6 5-5.4" stroke="var(--knock)"/>'
    ),
    "out": ('<path d="M8 4H4v12h12v-4M11.5 3.5h5v5M16.5 3.5 9.5 10.5"/>'),
    "over": (
        '<path d="M10 1.2 18.8 10 10 18.8 1.2 10Z" fill="currentColor" stroke="none"/>'
        '<path d="M10 5.8v5M10 13.7v.1" stroke="var(--knock)"/>'
    ),
    "pause": ('<path d="M7 4v12M13 4v12"/>'),
    "phone": (
        '<path d="M4.2 2.8h3l1.5 4-2 1.4a10 10 0 0 0 5 5l1.5-2 4 1.5v3a1.5 1.5 0 0 1-1.6 '
        '1.5C8.6 16.8 3.2 11.4 2.7 4.4a1.5 1.5 0 0 1 1.5-1.6Z"/>'
    ),
    "plus": ('<path d="M10 4v12M4 10h12"/>'),
    "print": ('<path d="M5.5 7.5V2.5h9v5M5.5 14.5H2.5v-7h15v7h-3"/><path d="M5.5 12h9v5.5h-9Z"/>'),
    "rings": (
        '<circle cx="7.2" cy="11.5" r="5"/>'
        '<circle cx="12.8" cy="11.5" r="5"/>'
        '<path d="m5.5 4 1.7-1.7L9 4 7.2 6.2Z"/>'
    ),
    "school": (
        '<path d="M1.5 7.5 10 3.5l8.5 4L10 11.5ZM5 9.5v4.5c3 2.5 7 2.5 10 0V9.5M18.5 7.5V13"/>'
    ),
    "search": ('<circle cx="8.5" cy="8.5" r="5.5"/><path d="m13 13 4.5 4.5"/>'),
    "shop": (
        '<path d="M3.5 9v8h13V9M2 7l1.5-4h13L18 7c0 2.6-4 2.6-4 0 0 2.6-4 2.6-4 0 0 2.6-4 '
        '2.6-4 0 0 2.6-4 2.6-4 0ZM8 17v-4.5h4V17"/>'
    ),
    "sms": ('<path d="M3 4h14v9.5H9.5L6 17v-3.5H3Z"/><path d="M6.5 7.5h7M6.5 10h4.5"/>'),
    "soon": (
        '<path d="M10 2.5 18.2 17H1.8Z" fill="currentColor" stroke-width="1"/>'
        '<path d="M10 8v4.2M10 14.6v.1" stroke="var(--knock)"/>'
    ),
    "tick": ('<path d="m4 10.5 4 4 8-9"/>'),
    "tree": (
        '<rect x="7" y="2.5" width="6" height="4"/>'
        '<rect x="2" y="13.5" width="6" height="4"/>'
        '<rect x="12" y="13.5" width="6" height="4"/>'
        '<path d="M10 6.5V10M5 13.5V10h10v3.5"/>'
    ),
    "type": ('<path d="M2 16.5 7 4l5 12.5M3.8 12.5h6.4M12.5 16.5l3-7.5 3 7.5M13.6 14h3.8"/>'),
    "up": ('<path d="M10 13V3.5M5.5 7.5 10 3l4.5 4.5M3 13v4h14v-4"/>'),
    "user": (
        '<circle cx="10" cy="6.5" r="3.5"/><path d="M3.5 17.5c.6-4 3-5.5 6.5-5.5s5.9 1.5 6.5 5.5"/>'
    ),
    "void": ('<circle cx="10" cy="10" r="7.5"/><path d="M4.8 15.2 15.2 4.8"/>'),
    "x": ('<path d="m5 5 10 10M15 5 5 15"/>'),
}
