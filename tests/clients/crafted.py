"""Datasets crafted for the portals' readers: a sound one, and others that differ in what some portal trips over."""

from __future__ import annotations

import pyoxigraph as ox

from graph.terms import PREFIXES, Statement

Parts = dict[str, dict[str, str | None]]
"""Node -> property -> objects in Turtle, None to leave it out."""

EU = "http://publications.europa.eu/resource/authority"
LO2 = "<https://www.etalab.gouv.fr/licence-ouverte-open-licence>"

SOUND: Parts = {
    "": {
        "a": "dcat:Dataset , dcat:Resource",
        "dct:title": '"Comptages de vélos"@fr',
        "dct:description": '"Passages de vélos comptés chaque heure par les bornes de la métropole depuis 2019."@fr',
        "dct:identifier": '"velos-CASE"',
        "dct:issued": '"2024-01-15"^^xsd:date',
        "dct:modified": '"2025-03-02"^^xsd:date',
        "dct:accrualPeriodicity": f"<{EU}/frequency/DAILY>",
        "dcat:keyword": '"mobilité"@fr , "vélo"@fr',
        "dct:publisher": "<ME#org>",
        "dcat:contactPoint": "<ME#contact>",
        "dct:license": LO2,
        "dct:accessRights": f"<{EU}/access-right/PUBLIC>",
        "dcat:landingPage": "<https://data.metropole.fr/velos>",
        "dct:language": f"<{EU}/language/FRA>",
        "dcat:distribution": "<ME#csv>",
    },
    "#org": {"a": "foaf:Agent", "foaf:name": '"Métropole"@fr'},
    "#contact": {"a": "vcard:Kind", "vcard:fn": '"Données"', "vcard:hasEmail": "<mailto:donnees@metropole.fr>"},
    "#csv": {
        "a": "dcat:Distribution",
        "dct:title": '"Comptages en CSV"@fr',
        "dcat:accessURL": "<https://data.metropole.fr/velos>",
        "dcat:downloadURL": "<https://data.metropole.fr/velos.csv>",
        "dcat:mediaType": "<https://www.iana.org/assignments/media-types/text/csv>",
        "dct:format": f"<{EU}/file-type/CSV>",
        "dct:license": LO2,
        "dcat:byteSize": '"1200"^^xsd:nonNegativeInteger',
    },
    f"{EU}/frequency/DAILY": {"a": "dct:Frequency"},
    f"{EU}/access-right/PUBLIC": {"a": "dct:RightsStatement"},
    f"{EU}/language/FRA": {"a": "dct:LinguisticSystem"},
    f"{EU}/file-type/CSV": {"a": "dct:MediaTypeOrExtent"},
    "https://www.iana.org/assignments/media-types/text/csv": {"a": "dct:MediaType"},
    "https://data.metropole.fr/velos": {"a": "foaf:Document"},
    LO2[1:-1]: {"a": "dct:LicenseDocument"},
}
SUM = {"spdx:algorithm": "spdx:checksumAlgorithm_sha256", "spdx:checksumValue": f'"{"ab" * 32}"', "a": "spdx:Checksum"}

CATALOGUE = {
    "a": "dcat:Catalog",
    "dct:title": '"Catalogue"@fr',
    "dct:description": '"Tout"@fr',
    "dct:publisher": "<ME#org>",
}


def dataset(**given: str | None) -> Parts:
    """Differ on the dataset, by local names of properties."""
    return {"": {_PROPERTY[name]: value for name, value in given.items()}}


def file(**given: str | None) -> Parts:
    """Differ on its distribution."""
    return {"#csv": {_PROPERTY[name]: value for name, value in given.items()}}


_PROPERTY = {
    prop.partition(":")[2]: prop
    for prop in [
        "dct:title",
        "dct:description",
        "dct:abstract",
        "dct:identifier",
        "dct:issued",
        "dct:modified",
        "dct:created",
        "dct:license",
        "dct:rights",
        "dct:accrualPeriodicity",
        "dct:publisher",
        "dct:accessRights",
        "dct:language",
        "dct:format",
        "dct:creator",
        "dcat:keyword",
        "dcat:contactPoint",
        "dcat:landingPage",
        "dcat:distribution",
        "dcat:version",
        "dcat:theme",
        "dcat:accessURL",
        "dcat:downloadURL",
        "dcat:mediaType",
        "dcat:byteSize",
        "spdx:checksum",
        "owl:versionInfo",
        "dct:temporal",
    ]
}


def checksum(**given: str | None) -> Parts:
    """Give the distribution a checksum that differs from a sound one."""
    names = {"algorithm": "spdx:algorithm", "value": "spdx:checksumValue"}
    return {
        "#csv": {"spdx:checksum": "<ME#sum>"},
        "#sum": {**SUM, **{names[name]: value for name, value in given.items()}},
        "http://spdx.org/rdf/terms#checksumAlgorithm_sha256": {"a": "spdx:ChecksumAlgorithm"},
    }


CRAFTED: dict[str, Parts] = {
    "sound": {},
    "no-title": dataset(title=None),
    "empty-title": dataset(title='""'),
    "two-languages": dataset(title='"Bike counts"@en , "Comptages de vélos"@fr'),
    "other-language": dataset(
        title='"Bike counts"@en', description='"Bikes counted by the hour, all over the city."@en'
    ),
    "number-title": dataset(title="2024"),
    "address-title": dataset(title="<https://data.metropole.fr/titre>"),
    "no-description": dataset(description=None),
    "short-description": dataset(description='"Vélos."@fr'),
    "long-description": dataset(description='"' + "Passages de vélos. " * 300 + '"@fr'),
    "markup": dataset(description='"<p>Passages de <b>vélos</b> comptés chaque heure par les bornes.</p>"@fr'),
    "markup-none": dataset(
        description='"Passages de vélos : moins de 5 <b par heure, <!-- <b> --> plus de 3> la nuit."@fr'
    ),
    "abstract": dataset(description=None, abstract='"Passages de vélos comptés chaque heure par les bornes."@fr'),
    "address-description": dataset(description="<https://data.metropole.fr/texte>"),
    "two-descriptions": dataset(description='"Passages de vélos."@fr , "Comptage horaire des vélos de la ville."@fr'),
    "no-identifier": dataset(identifier=None),
    "number-identifier": dataset(identifier="42"),
    "two-identifiers": dataset(identifier='"velos-CASE-1" , "velos-CASE-2"'),
    "address-identifier": dataset(identifier='"https://data.metropole.fr/id/velos-CASE"^^xsd:anyURI'),
    "keyword-apostrophe": dataset(keyword='"qualité de l\'air"@fr'),
    "keyword-comma": dataset(keyword='"vélo, mobilité"@fr'),
    "keyword-commas": dataset(keyword='"vélo,,mobilité"@fr'),
    "keyword-one-letter": dataset(keyword='"v"@fr , "vélo"@fr'),
    "keyword-two-letters": dataset(keyword='"2G"@fr , "vélo"@fr'),
    "keyword-long": dataset(keyword='"' + "mobilité " * 12 + '"@fr'),
    "keyword-address": dataset(keyword=f"<{EU}/data-theme/TRAN>"),
    "keyword-empty": dataset(keyword='""@fr , "vélo"@fr'),
    "theme-high-value": {
        **dataset(theme="<http://data.europa.eu/bna/c_b79e35eb> , <http://data.europa.eu/bna/c_a9135398>"),
        "http://data.europa.eu/bna/c_b79e35eb": {"a": "skos:Concept", "skos:prefLabel": '"Mobility"@en'},
        "http://data.europa.eu/bna/c_a9135398": {"a": "skos:Concept"},
    },
    "theme-inspire": {
        **dataset(theme="<http://inspire.ec.europa.eu/theme/tn> , <ME#t1> , <ME#t2>"),
        "http://inspire.ec.europa.eu/theme/tn": {"a": "skos:Concept", "skos:prefLabel": '"Réseaux"@fr'},
        "#t1": {"a": "skos:Concept", "skos:inScheme": "<http://www.eionet.europa.eu/gemet/inspire_themes>"},
        "#t2": {"a": "skos:Concept", "skos:prefLabel": '"Sols"@fr'},
    },
    "theme-inspire-by-title": {
        **dataset(theme="<ME#t1>"),
        "#t1": {"a": "skos:Concept", "skos:prefLabel": '"Sols"@fr', "skos:inScheme": "<ME#scheme>"},
        "#scheme": {"a": "skos:ConceptScheme", "dct:title": '"GEMET - INSPIRE themes, version 1.0"@en'},
    },
    "theme-twice": {
        **dataset(theme="<ME#t1> , <ME#t2>"),
        "#t1": {"a": "skos:Concept", "skos:prefLabel": '"Transports"@fr'},
        "#t2": {"a": "skos:Concept", "skos:prefLabel": '"Transports"@fr'},
    },
    "language-without-code": {
        **dataset(language="<https://data.metropole.fr/langue/langue_des_signes>"),
        "https://data.metropole.fr/langue/langue_des_signes": {"a": "dct:LinguisticSystem"},
    },
    "keyword-slash": dataset(keyword='"vélo/piéton"@fr'),
    "keyword-ligature": dataset(keyword='"œuvre d’art"@fr , "1,5 degré"@fr'),
    "keyword-greek": dataset(keyword='"ποδήλατο"@el , "vélo"@fr'),
    "keyword-number": dataset(keyword="2024"),
    "issued-month-first": dataset(issued='"May 6, 2024"', created='"2024/05/06"', modified='"20240506"'),
    "issued-two-digits": dataset(issued='"06/05/24"'),
    "issued-impossible": dataset(issued='"2024-02-30"^^xsd:date'),
    "issued-zone": dataset(issued='"2024-05-06T00:30:00+02:00"^^xsd:dateTime', modified='"2024-05-06T00:30:00+02:00"'),
    "issued-number": dataset(issued='"2024"^^xsd:integer'),
    "issued-empty": dataset(issued='""', modified='""'),
    "modified-number": dataset(modified='"20240506"^^xsd:integer'),
    "modified-impossible": dataset(modified='"2024-02-30"'),
    "modified-zone-future": dataset(modified='"2999-01-01T00:00:00+01:00"^^xsd:dateTime'),
    "modified-too-long": dataset(modified='"99999999999999999999"'),
    "no-dates": dataset(issued=None, modified=None),
    "year-typed": dataset(issued='"2024"^^xsd:gYear'),
    "issued-words": dataset(issued='"au printemps"'),
    "issued-slashes": dataset(issued='"03/04/2024"'),
    "issued-slashes-day": dataset(issued='"15/04/2024"'),
    "modified-words": dataset(modified='"souvent"'),
    "modified-future": dataset(modified='"2999-01-01"^^xsd:date'),
    "modified-twice": dataset(modified='"2024-02-02"^^xsd:date , "2025-03-02"^^xsd:date'),
    "created-words": dataset(created='"jadis"'),
    "frequency-unknown": dataset(accrualPeriodicity="<https://data.metropole.fr/chaque-lune>"),
    "frequency-labelled": {f"{EU}/frequency/DAILY": {"rdfs:label": '"Chaque jour"@fr'}},
    "frequency-empty": dataset(accrualPeriodicity='""'),
    "frequency-word": dataset(accrualPeriodicity='"daily"'),
    "frequency-dublin-core": dataset(accrualPeriodicity="<http://purl.org/cld/freq/weekly>"),
    "frequency-address-text": dataset(accrualPeriodicity=f'"{EU}/frequency/WEEKLY"'),
    "no-publisher": dataset(publisher=None),
    "publisher-unnamed": {"#org": {"foaf:name": None}},
    "publisher-label": {"#org": {"foaf:name": None, "skos:prefLabel": '"Métropole"@fr'}},
    "publisher-text": dataset(publisher='"Métropole"'),
    "two-publishers": {
        **dataset(publisher="<ME#org> , <ME#other>"),
        "#other": {"a": "foaf:Agent", "foaf:name": '"Ville"'},
    },
    "no-contact": dataset(contactPoint=None),
    "contact-no-mail": {"#contact": {"vcard:hasEmail": None}},
    "two-contacts": {
        **dataset(contactPoint="<ME#contact> , <ME#second>"),
        "#second": {"a": "vcard:Kind", "vcard:fn": '"Accueil"', "vcard:hasEmail": "<mailto:accueil@metropole.fr>"},
    },
    "contact-form": {"#contact": {"vcard:hasEmail": None, "vcard:hasURL": "<https://data.metropole.fr/contact>"}},
    "contact-mail-text": {"#contact": {"vcard:hasEmail": '"donnees arobase metropole"'}},
    "contact-long": {"#contact": {"vcard:fn": '"' + "Données " * 40 + '"'}},
    "contact-organisation": {
        "#contact": {"vcard:org": "<ME#service>"},
        "#service": {"a": "vcard:Organization", "vcard:organization-name": '"Métropole"'},
    },
    "contact-mail-only": {"#contact": {"vcard:fn": None}},
    "no-licence": {"": {"dct:license": None}, "#csv": {"dct:license": None}},
    "licence-on-dataset": file(license=None),
    "licence-on-file": dataset(license=None),
    "licence-europe": {
        "": {"dct:license": f"<{EU}/licence/CC_BY_4_0>"},
        "#csv": {"dct:license": f"<{EU}/licence/CC_BY_4_0>"},
    },
    "licence-defined": {
        "": {"dct:license": "<http://www.opendefinition.org/licenses/cc-by>"},
        "#csv": {"dct:license": "<http://www.opendefinition.org/licenses/cc-by>"},
    },
    "licence-slash": dataset(license="<http://www.etalab.gouv.fr/licence-ouverte-open-licence/>"),
    "licence-no-address": dataset(license='"https://[à compléter]/licence"', rights='"//[x"'),
    "licence-title": dataset(license='"Licence Ouverte / Open Licence version 2.0"'),
    "licence-slip": dataset(license='"Licence Ouverte / Open License version 2.0"'),
    "licence-in-text": dataset(license='"Voir https://www.etalab.gouv.fr/licence-ouverte-open-licence ."'),
    "licence-none": dataset(license='"License not specified"'),
    "no-access-rights": dataset(accessRights=None),
    "access-rights-blank": {
        **dataset(accessRights="_:rights"),
        "_:rights": {"a": "dct:RightsStatement", "rdfs:label": '"Sur demande"@fr'},
    },
    "access-rights-unlabelled": {**dataset(accessRights="_:rights"), "_:rights": {"a": "dct:RightsStatement"}},
    "access-rights-text": dataset(accessRights='"ouvert"'),
    "no-distribution": {"": {"dcat:distribution": None}},
    "no-address": file(accessURL=None, downloadURL=None),
    "access-only": file(downloadURL=None),
    "two-downloads": file(downloadURL="<https://data.metropole.fr/a.csv> , <https://data.metropole.fr/b.csv>"),
    "address-local": file(downloadURL="<https://serveur/velos.csv>"),
    "address-mail": file(downloadURL=None, accessURL="<mailto:donnees@metropole.fr>"),
    "address-file": file(downloadURL="<file:///srv/velos.csv>"),
    "size-unit": file(byteSize='"12 Mo"'),
    "address-private": file(downloadURL="<http://192.168.1.10/velos.csv>"),
    "address-public-number": file(downloadURL="<http://185.24.184.1/velos.csv>"),
    "address-no-domain": file(downloadURL="<https://data.metropole.invalide/velos.csv>"),
    "address-capitals": file(downloadURL="<HTTPS://DATA.METROPOLE.FR/velos.csv>"),
    "address-cyrillic": file(downloadURL="<https://данные.рф/velos.csv>"),
    "address-at": file(downloadURL="<https://data.metropole.fr/velos@2024.csv>"),
    "part": {
        "": {"dct:hasPart": "<https://data.metropole.fr/annexe.pdf>"},
        "https://data.metropole.fr/annexe.pdf": {"a": "rdfs:Resource"},
    },
    "part-urn": {"": {"dct:hasPart": "<urn:annexe>"}, "urn:annexe": {"a": "rdfs:Resource"}},
    "distribution-text": dataset(distribution='"velos.csv"'),
    "size-double": file(byteSize='"1.2E3"^^xsd:double'),
    "size-decimal-in-integer": file(byteSize='"12.5"^^xsd:integer'),
    "size-too-large": file(byteSize='"9223372036854775808"^^xsd:nonNegativeInteger'),
    "size-largest": file(byteSize='"9223372036854775807"^^xsd:nonNegativeInteger'),
    "size-zero": file(byteSize='"0"^^xsd:nonNegativeInteger'),
    "title-other-type": dataset(title='"Comptages"^^<https://data.metropole.fr/type>'),
    "size-decimal": file(byteSize='"1200.0"^^xsd:decimal'),
    "no-media-type": file(mediaType=None),
    "media-type-text": file(mediaType='"csv"'),
    "checksum": checksum(),
    "checksum-binary": checksum(value=f'"{"AB" * 32}"^^xsd:hexBinary'),
    "checksum-odd": checksum(value='"abc"^^xsd:hexBinary'),
    "checksum-number": checksum(value="42"),
    "checksum-without": checksum(value=None),
    "checksum-no-algorithm": checksum(algorithm=None),
    "checksum-text": file(checksum='"abcd"'),
    "checksum-other": checksum(algorithm="spdx:checksumAlgorithm_sha512"),
    "version-long": dataset(version='"' + "1." * 60 + '"'),
    "rights-long": dataset(rights='"' + "Sous conditions. " * 20 + '"@fr'),
    "file-title-number": file(title="7"),
    "file-without-name": {
        "": {"dcat:distribution": "_:file"},
        "_:file": SOUND["#csv"],
        "#csv": dict.fromkeys(SOUND["#csv"]),
    },
    "listed": {"https://crafted.example/catalogue": {**CATALOGUE, "dcat:dataset": "<ME>"}},
    "not-listed": {
        "https://crafted.example/catalogue": {**CATALOGUE, "dcat:dataset": "<https://crafted.example/other>"}
    },
    "contained": {"https://crafted.example/catalogue": {**CATALOGUE, "ldp:contains": "<ME>"}},
    "urn": {},
}


def turtle(name: str) -> str:
    """Write a crafted dataset."""
    parts = {node: dict(stated) for node, stated in SOUND.items()}
    for node, stated in CRAFTED[name].items():
        parts.setdefault(node, {}).update(stated)
    me = node_of(name)[1:-1]
    lines = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in PREFIXES.items()]
    for node, stated in parts.items():
        subject = node if node.startswith("_:") else f"<{node}>" if ":" in node else f"<{me}{node}>"
        said = [f"    {prop} {value}" for prop, value in stated.items() if value is not None]
        if not said:
            continue
        lines.append(f"{subject}\n" + " ;\n".join(said) + " .")
    return "\n".join(lines).replace("CASE", name).replace("<ME", f"<{me}")


def node_of(name: str) -> str:
    """Give the node of a crafted dataset."""
    return f"<urn:crafted:{name}>" if name.startswith("urn") else f"<https://crafted.example/{name}>"


def statements(name: str) -> list[Statement]:
    """Read a crafted dataset, in the order in which it is written."""
    read = ox.parse(turtle(name).encode(), format=ox.RdfFormat.TURTLE)
    return [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in read]


def lines(name: str) -> str:
    """Give it as N-Triples."""
    return "".join(f"{s} {p} {o} .\n" for s, p, o in statements(name))
