"""Words that stand in and around names and name nobody: titles, credentials, particles."""

TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor sir madam md do rn np pa pac phd lpn cna pharmd dds dpm msw lcsw crna facs facp
    jr sr ii iii iv esq attending nurse doctor resident and or of de del la las los da das dos di du van von der den el
    al bin ibn st
    """.split()  # noqa: SIM905  a table of words
)
