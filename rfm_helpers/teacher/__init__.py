"""Handing out assignments and grading them: the teacher's side, which no student gets."""
