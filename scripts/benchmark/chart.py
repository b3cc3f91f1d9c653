"""Draws the chart of docs/performance.md: each synthesis beside its floor."""

from xml.sax.saxutils import escape

from scripts.benchmark.results import CHECKED, FLOOR, FLOOR_CHECKED, NO_LEVERS, UNCHECKED, Parts

LABEL, WIDTH, BAR, GAP, TOP = 210, 720, 16, 4, 34
SHOWN = {
    FLOOR: ("plain JavaScript", "#9aa5b1"),
    UNCHECKED: ("Groundwork", "#2f6fde"),
    FLOOR_CHECKED: ("plain JavaScript, five packs", "#9aa5b1"),
    CHECKED: ("Groundwork, five packs and guardrails", "#2f6fde"),
    NO_LEVERS: ("the same without its levers", "#d9822b"),
}


def draw(parts: Parts, environment: str) -> str:
    """Return the SVG: one bar a way to synthesise `environment`, in seconds."""
    times = {name: figures["wall_s"] for name, figures in parts[f"synth {environment}"].items()}
    longest = max(times.values())
    bars = []
    for number, (name, (text, colour)) in enumerate(SHOWN.items()):
        y, length = TOP + number * (BAR + GAP), times[name] / longest * (WIDTH - LABEL - 60)
        bars.append(
            f'<text x="{LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(text)}</text>'
            f'<rect x="{LABEL}" y="{y}" width="{length:.0f}" height="{BAR}" rx="2" fill="{colour}"/>'
            f'<text x="{LABEL + length + 6:.0f}" y="{y + 12}">{times[name]:.2f} s</text>'
        )
    height = TOP + len(SHOWN) * (BAR + GAP) + 8
    title = f"Cold synthesis of {environment}, whole process"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#3b4754">'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        f'<text x="12" y="20" font-size="14" font-weight="600">{title}</text>{"".join(bars)}</svg>\n'
    )
