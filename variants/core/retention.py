"""What a student keeps of its teacher's score, from a paper's table."""

from __future__ import annotations

from dataclasses import dataclass

from variants.core.variant import Claim


@dataclass(frozen=True)
class Retention:
    """One task: the published scores of teacher and student."""

    task: str
    teacher: Claim
    student: Claim

    @property
    def kept(self) -> float:
        """Return the student's score as a share of the teacher's."""
        return self.student.value / self.teacher.value
