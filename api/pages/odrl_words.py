"""Words for ODRL's actions, operators and left operands: https://www.w3.org/TR/odrl-vocab/.

An action is a phrase that completes “may …” and “must …”, with its data in place. What is not in these tables is called
by its label in the graph, or its local name, and marked as such.
"""

from __future__ import annotations

from api.languages import mark
from graph.terms import CC, ODRL

ACTIONS: dict[str, str] = {
    **{
        f"{ODRL}{name}": phrase
        for name, phrase in {
            "acceptTracking": mark("accept that the use of %(data)s is tracked"),
            "aggregate": mark("combine %(data)s with other data"),
            "annotate": mark("annotate %(data)s"),
            "anonymize": mark("anonymise %(data)s"),
            "append": mark("add to %(data)s"),
            "appendTo": mark("add to %(data)s"),
            "archive": mark("archive %(data)s"),
            "attachPolicy": mark("attach these terms to %(data)s"),
            "attachSource": mark("attach the source to %(data)s"),
            "attribute": mark("name the source of %(data)s"),
            "commercialize": mark("make commercial use of %(data)s"),
            "concurrentUse": mark("use %(data)s several times at once"),
            "copy": mark("copy %(data)s"),
            "delete": mark("delete %(data)s"),
            "derive": mark("make new data from %(data)s"),
            "digitize": mark("digitise %(data)s"),
            "display": mark("display %(data)s"),
            "distribute": mark("distribute %(data)s"),
            "ensureExclusivity": mark("keep %(data)s for one party alone"),
            "execute": mark("run %(data)s"),
            "export": mark("export %(data)s"),
            "extract": mark("extract parts of %(data)s"),
            "give": mark("give %(data)s away"),
            "grantUse": mark("let others use %(data)s"),
            "include": mark("include %(data)s in other things"),
            "index": mark("index %(data)s"),
            "install": mark("install %(data)s"),
            "lease": mark("lease %(data)s"),
            "lend": mark("lend %(data)s"),
            "license": mark("license %(data)s"),
            "modify": mark("change %(data)s"),
            "move": mark("move %(data)s"),
            "nextPolicy": mark("pass these terms on with %(data)s"),
            "obtainConsent": mark("obtain consent for %(data)s"),
            "play": mark("play %(data)s"),
            "present": mark("show %(data)s in public"),
            "preview": mark("preview %(data)s"),
            "print": mark("print %(data)s"),
            "read": mark("read %(data)s"),
            "reproduce": mark("copy %(data)s"),
            "reviewPolicy": mark("review the terms on %(data)s"),
            "secondaryUse": mark("put %(data)s to a second use"),
            "sell": mark("sell %(data)s"),
            "share": mark("share %(data)s"),
            "shareAlike": mark("share what is made from %(data)s on the same terms"),
            "stream": mark("stream %(data)s"),
            "synchronize": mark("synchronise %(data)s"),
            "textToSpeech": mark("have %(data)s read out"),
            "transfer": mark("hand %(data)s over for good"),
            "transform": mark("convert %(data)s to another format"),
            "translate": mark("translate %(data)s"),
            "uninstall": mark("uninstall %(data)s"),
            "use": mark("use %(data)s"),
            "watermark": mark("watermark %(data)s"),
            "write": mark("write to %(data)s"),
            "writeTo": mark("write to %(data)s"),
        }.items()
    },
    **{
        f"{CC}{name}": phrase
        for name, phrase in {
            "Attribution": mark("name the source of %(data)s"),
            "CommercialUse": mark("make commercial use of %(data)s"),
            "DerivativeWorks": mark("make new data from %(data)s"),
            "Distribution": mark("distribute %(data)s"),
            "Notice": mark("keep the notices of %(data)s"),
            "Reproduction": mark("copy %(data)s"),
            "ShareAlike": mark("share what is made from %(data)s on the same terms"),
            "Sharing": mark("share %(data)s"),
            "SourceCode": mark("provide the source code of %(data)s"),
        }.items()
    },
}

LEFT_OPERANDS: dict[str, str] = {
    f"{ODRL}{name}": phrase
    for name, phrase in {
        "absolutePosition": mark("the position"),
        "absoluteSize": mark("the size"),
        "absoluteSpatialPosition": mark("the place within the whole"),
        "absoluteTemporalPosition": mark("the moment within the whole"),
        "count": mark("the number of uses"),
        "dateTime": mark("the date"),
        "delayPeriod": mark("the delay"),
        "deliveryChannel": mark("the channel of delivery"),
        "device": mark("the device"),
        "elapsedTime": mark("the time passed"),
        "event": mark("the event"),
        "fileFormat": mark("the file format"),
        "industry": mark("the sector"),
        "language": mark("the language"),
        "media": mark("the medium"),
        "meteredTime": mark("the time of use"),
        "payAmount": mark("the amount paid"),
        "percentage": mark("the share in per cent"),
        "product": mark("the product or service"),
        "purpose": mark("the purpose"),
        "recipient": mark("the recipient"),
        "relativePosition": mark("the relative position"),
        "relativeSize": mark("the relative size"),
        "relativeSpatialPosition": mark("the relative place within the whole"),
        "relativeTemporalPosition": mark("the relative moment within the whole"),
        "resolution": mark("the resolution"),
        "spatial": mark("the territory"),
        "spatialCoordinates": mark("the coordinates"),
        "system": mark("the computing system"),
        "systemDevice": mark("the computing system or device"),
        "timeInterval": mark("the time between two uses"),
        "unitOfCount": mark("the unit of count"),
        "version": mark("the version"),
        "virtualLocation": mark("the place online"),
    }.items()
}

OPERATORS: dict[str, str] = {
    f"{ODRL}{name}": phrase
    for name, phrase in {
        "eq": mark("%(left)s is %(right)s"),
        "gt": mark("%(left)s is more than %(right)s"),
        "gteq": mark("%(left)s is at least %(right)s"),
        "hasPart": mark("%(left)s contains %(right)s"),
        "isA": mark("%(left)s is a kind of %(right)s"),
        "isAllOf": mark("%(left)s is all of these: %(right)s"),
        "isAnyOf": mark("%(left)s is one of these: %(right)s"),
        "isNoneOf": mark("%(left)s is none of these: %(right)s"),
        "isPartOf": mark("%(left)s is part of %(right)s"),
        "lt": mark("%(left)s is less than %(right)s"),
        "lteq": mark("%(left)s is at most %(right)s"),
        "neq": mark("%(left)s is not %(right)s"),
    }.items()
}

MOMENTS: dict[str, str] = {
    f"{ODRL}{name}": phrase
    for name, phrase in {
        "eq": mark("on %(right)s"),
        "gt": mark("after %(right)s"),
        "gteq": mark("from %(right)s on"),
        "lt": mark("before %(right)s"),
        "lteq": mark("until %(right)s"),
        "neq": mark("at any time but %(right)s"),
    }.items()
}
"""How a condition on the date is said, by its operator."""

JOINS: dict[str, str] = {
    f"{ODRL}{name}": phrase
    for name, phrase in {
        "and": mark("%(one)s and %(other)s"),
        "andSequence": mark("%(one)s, then %(other)s"),
        "or": mark("%(one)s or %(other)s"),
        "xone": mark("either %(one)s or %(other)s, not both"),
    }.items()
}
"""How two conditions under a logical operator are said."""
