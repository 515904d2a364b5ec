"""Handing out assignments and grading them: the teacher's side, which no student gets.

``rfm-cours`` (``cli``) calls, in this order:

=====================================  ==========================================================
``assignments``                        a student's parameters and data from id and course key
                                       (HMAC: ``variants``); for each assignment, what is right on
                                       a variant (``truth``) and the checks of its questions
``classroom.distribute``,              the folder that a student gets; the proof, in the
``classroom.notebooks``                notebook's metadata, of whose it is
``classroom.intake``,                  what was handed in, read without trusting a name or a
``classroom.attribution``              size; one submission per student of the list (``roster``),
                                       whose each deposit is (``owners``)
``classroom.restore``                  the assignment's own cells put back, the student's answers
                                       kept
``sandbox``                            notebooks run by nbclient, their parameters set by
                                       papermill: ``bubblewrap`` writes the command, ``inmate``
                                       runs inside and shuts each job in, ``watching`` measures
                                       from outside, ``cgroups`` has the kernel do so where it
                                       may, ``untrusted`` reads what comes out, ``pool`` holds
                                       several; ``cluster`` opens
                                       pools on other machines, if ``joining`` finds them fit
``marking.marking``                    the student's run and the hidden one to marks; the lower
                                       share counts, a wrong step is graded once
``marking.batch``                      the class, in a pool of sandboxes; states on the disk,
                                       journal, resuming
``reports``                            the files that the teacher reads: ``gradebook``,
                                       ``feedback``, ``report``, the texts to mark by hand
                                       (``hand_marks``); ``publishing`` writes them all
``practice``                           the invented class that ``rfm-cours essayer`` grades
=====================================  ==========================================================

What passes from one to the next stands in ``results``: statuses, marks, one result per student.
What strangers wrote is read and marked by ``apart``, in processes with a budget, and made safe by
``plain_json``; those that mark serve again, run nothing of a student's, and are no parent of a
sandbox: the truth of a variant is in no memory that a job is forked from.
Inside the sandbox there is no check, no reference and no key: a locked cell emits what the
student's cell made (MIME type ``application/vnd.rfm-cours.answer+json``), and marks are made
outside, from JSON that is trusted in nothing. Libraries are imported once per sandbox; each job is
forked from there, in namespaces of its own.

``house`` writes the data of the course and knows what is planted in it: nothing imports it, and
``python -m rfm_helpers.teacher.house`` is its command.
"""
