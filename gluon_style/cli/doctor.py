"""The command `doctor`."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer


def doctor(
    as_json: bool = typer.Option(False, '--json', help='Write JSON.'),
) -> int:
    """Look at this machine and say what is amiss, and what to do.

    Exit code 1 if there is a problem: something without which runs fail.
    """
    from ..runs.health import LEVELS, examine, worst  # slow to import

    findings = []
    for finding in examine():
        findings.append(finding)
        if as_json:
            continue
        typer.echo(f'{finding.level:8} {finding.point:12} {finding.what}')
        if finding.remedy:
            typer.echo(f'{"":21} -> {finding.remedy}')
    if as_json:
        typer.echo(json.dumps([asdict(i) for i in findings], indent=2))
    return int(worst(findings) == LEVELS[-1])
