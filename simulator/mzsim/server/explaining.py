"""How an answer came about, as `mzsim explain --json` tells it."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from mzsim.common.in_memory import BytesMessage
from mzsim.explanation.explaining import explained, knowledge
from mzsim.presentation.output import explanation_json
from mzsim.retour.words import Mask
from mzsim.store.session import Database


def explanation(store: Database, retour: bytes, declaration: bytes, covered: Mask) -> dict[str, Any]:
    """Explains a retour; `covered` hides BSN and names, None hides nothing."""
    messages = BytesMessage(retour, "the retour"), BytesMessage(declaration, "the declaration")
    known = knowledge(store)
    with explained(messages[0], BytesIO(retour), known, store, messages[1], covered, in_memory=True) as found:
        content: dict[str, Any] = json.loads("".join(explanation_json(found.explanation, covered, found.grants)))
        return content
