"""What a pack tells a vendor: the README of either kind of pack, and an example of a result."""

from __future__ import annotations

from typing import Any

_FILES = """\
pack.json           the cases: per step the declaration that was sent and the retours on it, with their hashes
cases/              the files: MZ301 declarations and MZ302 retourberichten
retourcodes.tsv     the retourcodes: code, meaning, and kind. X and T reject a file, D rejects a record, O neither.
                    One that is not in it is newer than it: no reason to refuse a retour
result.schema.json  what the software reports back, as a JSON Schema (2020-12)
result.example.json an example of that, of cases that are not in this pack
result.csv          the same as a table: fill it in, or write JSON
"""

_RESULT = """\
The result has an entry for every retour ("case" is the id of the case, "retour" the name of the retour):
- refused: true or false; reason is free text;
- retourcodes (may be left out): the codes that stand on other records than the prestatierecords; 0200 and 8002 need
  not be named;
- resend: whether the whole declaration has to be sent again, once what is wrong with it is repaired. True where no record
  of it was taken in: VECOZO rejected it (0181 begins with VECOZO), or the insurer rejected the file (0001 or 8097). Else
  false: the insurer has it, and sending it again would declare twice. It is no answer to a faulty retour either.
  {resend}
- bookings: one for EVERY prestatierecord of the declaration, in a good retour; none in a faulty one.

A booking holds:
- referentienummer: rubriek 0432 as in the declaration. Where several records have the same: a booking for each, in the
  order of the declaration;
- outcome: toegekend, deels, afgewezen or niet_beoordeeld. A record with 8002 was not judged; nor was any record of a
  file that is rejected (0001), or one without objection in a message that VECOZO rejected on its records. A record that
  does not come back is granted in full, unless the file is rejected;
- granted: the granted amount in euro, "10.00"; negative for a credit;
- left: what was declared less what is granted, whatever the outcome; negative for a credit. Of a record whose declared
  amount can't be read (0430, 0431) it is not graded;
- retourcodes: the codes on this prestatierecord; none where it did not come back. 0200 need not be named.

A declaration whose rubriek 0102 says that it is of another standard (its retour has 8061) has no prestatierecords: its
bookings are empty.

In result.csv a booking is a row with referentienummer and outcome, a retour is a row without them; retourcodes are
separated by spaces. A retour with bookings and no row of its own was not refused. The separator is , or ; as you like.

    case,retour,refused,reason,referentienummer,outcome,granted,left,retourcodes,resend
    a-case,1.mz302.asc,false,,,,,,8004,false
    a-case,1.mz302.asc,,,REF-0002,toegekend,10.00,0.00,,
    a-case,1.mz302.asc,,,REF-0004,niet_beoordeeld,0.00,500.00,8002,
    {faulty},true,9904 is not the number of records,,,,,,
"""

OPEN = f"""\
What is in this pack, and what is asked of the software under test
==================================================================

This pack is for practice. The names of its files, pack.json and rubriek 0181 tell which retours are faulty, and how. It
shows what the software gets wrong, and proves nothing: a certificate takes a blind pack.

{_FILES}
Every case begins with an empty administration. Per step, in order:
1. enter the declaration as sent;
2. offer its retours to the software, in the order of pack.json. One with a "fault" is faulty: the software has to see
   that by itself, refuse it and book nothing of it. The last one is good, and has to be booked.

{_RESULT.format(resend="May be left out.", faulty="a-case,1.VERSTOORD-aantal.mz302.asc")}
Graded is it by: mzsim suite grade PACK RESULT
"""

BLIND = f"""\
What is in this pack, and what is asked of the software under test
==================================================================

This pack is blind: nothing in it but the retours themselves tells which of them are faulty. Some have a single fault that
a receiver can find with the declaration beside it. Others look odd and are in order: commentaar of the insurer that the
declaration did not have, a retourcode newer than the list, no dagtekening of the retourbericht.

{_FILES}
Every case begins with an empty administration. Per step, in order:
1. enter the declaration as sent;
2. offer its retour to the software, if it has one. Where pack.json says "given": true it is good, and what the next step
   needs. The last retour of a case is good or faulty: the software has to see that by itself. It refuses a faulty one and
   books nothing of it; a good one has to be booked.

What a receiver checks of a retour:
- its form: records of 370 positions with CR/LF behind each, one voorlooprecord (01) first, one sluitrecord (99) last;
- its data: positions 1 to 310 of every record are those of a record of the declaration, in its order, each once. Of the
  voorlooprecord 0102 (177 for 176, 251 for 250) and 0106 (zeros) differ. Commentaar (98) that the insurer adds stands
  behind a record's own, with the next regelnummer and 0200;
- its sluitrecord: 9902 to 9906 count the records of the retour; 9907 and 9908 are those of the declaration; 9909 and 9910
  are what is granted, records that did not come back included;
- its voorlooprecord: 0196 is 0001 (the file is rejected, and 0197 says why), 8001 (all is granted), or another code with
  records behind it. With 0001 and 8001 no record comes back. A code of kind D does not stand here, one of kind X or T on no
  other record (8096 apart);
- its other records, from VECOZO: all come back, at least one says why, and nothing is granted;
- its other records, from an insurer: a prestatierecord comes back because it has a code of its own, or 8002 because its
  verzekerdenrecord or its commentaar is rejected, never because it is approved. Under a rejected verzekerdenrecord every
  prestatierecord has 8002, and so has its commentaar. Other commentaar has 0200 or a code of its own. With 8097 in 0196 all
  come back and nothing is granted: there an approved prestatierecord has 8096;
- its amounts: beside a code other than 8059, 0611, 0613, 0589, 8220 and 0587 nothing is granted and 0481 is zero. Of a code
  that is newer than the list nobody can say.
Whether a total or a code is the one that an insurer should have given is not asked: only whether the retour can be right.

{_RESULT.format(resend="It is asked of every retour that is not refused.", faulty="b-case,1.mz302.asc")}
What counts: every retour that is reported on rightly, every prestatierecord that is booked rightly. It is passed when
nothing is wrong. Send result.json or result.csv back to who sent this pack: it is graded with a key that is not in it, by
mzsim suite grade PACK RESULT --sleutel KEY.
"""

EXAMPLE: dict[str, Any] = {
    "software": "Example Practice 4.2",
    "retours": [
        {
            "case": "a-case",
            "retour": "1.mz302.asc",
            "refused": False,
            "retourcodes": ["8004"],
            "resend": False,
            "bookings": [
                {
                    "referentienummer": "REF-0002",
                    "outcome": "toegekend",
                    "granted": "10.00",
                    "left": "0.00",
                    "retourcodes": [],
                },
                {
                    "referentienummer": "REF-0004",
                    "outcome": "niet_beoordeeld",
                    "granted": "0.00",
                    "left": "500.00",
                    "retourcodes": ["8002"],
                },
            ],
        },
        {"case": "b-case", "retour": "1.mz302.asc", "refused": True, "reason": "9904 is not the number of records"},
    ],
}
"""Two retours: one that was booked, and one that was refused."""
