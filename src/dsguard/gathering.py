"""What becomes of findings once all are there: each place is told once, many alike as one, and each has its fingerprint."""

from __future__ import annotations

from dsguard.model import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dsguard.model import Finding
    from dsguard.plan import Chosen
    from dsguard.rules.base import Rule

NAMED = 3
"""How many files a remark about many of them names."""


def told_once(findings: list[Finding], chosen: Iterable[Chosen]) -> list[Finding]:
    """Findings without those whose rule leaves their very place to another one that has a finding there, or about the whole file."""
    if len(findings) < 2:
        return findings
    better = {one.code: one.rule.yields_to for one in chosen if one.rule.yields_to}
    if not better:
        return findings
    told = {(finding.code, *finding.location.sort_key()) for finding in findings}

    def is_told(finding: Finding) -> bool:
        # A finding about a file as a whole speaks for every place in it.
        places = (finding.location.sort_key(), Location(finding.path).sort_key())
        return any((code, *place) in told for code in better.get(finding.code, ()) for place in places)

    return [finding for finding in findings if not is_told(finding)]


def merged(findings: Sequence[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Findings, in order, with those told as one that their rule gathers."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.group is not None and finding.code in rules:
            grouped.setdefault(finding.code, []).append(finding)
    first_of: dict[int, list[Finding]] = {}
    told: set[int] = set()
    for code, some in grouped.items():
        for members in rules[code].gathered(some):
            first_of[id(members[0])] = members
            told.update(map(id, members))
    kept = []
    for finding in findings:
        if id(finding) in first_of:
            members = first_of[id(finding)]
            together = rules[finding.code].merged(members)
            together.severity = max(member.severity for member in members)
            if together.snippet is None and together.location is finding.location:
                together.snippet = finding.snippet
            kept.append(together)
        elif id(finding) not in told:
            kept.append(finding)
    return kept


def unjudged(given_up: Mapping[tuple[str, str], Iterable[str]]) -> Iterator[str]:
    """A remark for each reason why rules came to no judgement.

    Args:
        given_up: paths of the files, by the family of the rules and the reason.
    """
    for (family, reason), some in sorted(given_up.items()):
        paths = sorted(some)
        if len(paths) == 1:
            yield f"not judged for {family}: {paths[0]} {reason}"
        else:
            more = f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
            yield f"not judged for {family}: {len(paths):,} files, each of which {reason}: {', '.join(paths[:NAMED])}{more}"


def fingerprint(findings: Iterable[Finding]) -> None:
    """Give each finding what its fingerprint is made of: rule, path, subject, and which of several alike it is. No line numbers."""
    seen: dict[tuple[str, str, str], int] = {}
    for finding in findings:
        key = (finding.code, finding.path, finding.subject if finding.identity is None else finding.identity)
        seen[key] = seen.get(key, 0) + 1
        finding.fingerprint_text = "\0".join((*key, str(seen[key])))
