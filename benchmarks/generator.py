"""A seeded catalogue of any size, about 33 statements a dataset, actors, services and agreements included."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

BASE = "https://catalogue.example/"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
PLACE = "https://sws.geonames.org/2983990/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
LICENCES = (
    "https://opendatacommons.org/licenses/odbl/1-0/",
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "https://creativecommons.org/licenses/by/4.0/",
)
NAMESPACES = {
    "adms": "http://www.w3.org/ns/adms#",
    "cg": "https://w3id.org/civigraph#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
WATER, ENERGY, MOBILITY, PEOPLE = "eau", "énergie", "mobilité", "population"
SUBJECTS = {
    WATER: ("réseaux", "fuites", "consommation", "qualité", "captages", "compteurs"),
    ENERGY: ("courbes de charge", "production solaire", "chaleur", "éclairage", "bornes", "rénovation"),
    MOBILITY: ("stations de vélos", "arrêts", "horaires", "comptages", "stationnement", "pistes"),
    PEOPLE: ("logements", "naissances", "écoles", "emplois", "équipements", "revenus"),
}
THEMES = {WATER: "ENVI", ENERGY: "ENER", MOBILITY: "TRAN", PEOPLE: "SOCI"}
FORMATS = ("CSV", "GEOJSON", "JSON", "SHP", "XLSX")


@dataclass(frozen=True)
class Catalogue:
    """How many of each there are for so many datasets."""

    datasets: int

    @property
    def actors(self) -> int:
        """One actor for twenty datasets."""
        return max(3, self.datasets // 20)

    @property
    def services(self) -> int:
        """One urban service for ten datasets."""
        return max(1, self.datasets // 10)

    @property
    def agreements(self) -> int:
        """One agreement for twenty datasets."""
        return max(1, self.datasets // 20)


def name(term: str) -> str:
    """Write a prefixed name in full, as N-Triples."""
    prefix, _, local = term.partition(":")
    return f"<{NAMESPACES[prefix]}{local}>"


def thing(kind: str, number: int) -> str:
    """Give the IRI of one generated thing, as N-Triples."""
    return f"<{BASE}{kind}/{number}>"


def text(value: str, language: str = "") -> str:
    """Write a literal whose characters need no escape."""
    return f'"{value}"@{language}' if language else f'"{value}"'


def typed(value: str, datatype: str) -> str:
    """Write a literal with one of XML Schema's types."""
    return f'"{value}"^^{name("xsd:" + datatype)}'


def describe(subject: str, *pairs: tuple[str, str]) -> Iterator[str]:
    """Write one statement for each pair of prefixed property and N-Triples object."""
    for predicate, value in pairs:
        yield f"{subject} {name(predicate)} {value} .\n"


def day(random: Random, year: int) -> str:
    """Give some day of the year."""
    return typed(f"{year}-{random.randint(1, 12):02}-{random.randint(1, 28):02}", "date")


def actor(random: Random, number: int) -> Iterator[str]:
    """Describe an actor of one of the three poles."""
    pole = ("Public", "Private", "Citizen")[number % 3]
    yield from describe(
        thing("actor", number),
        ("rdf:type", name("org:Organization")),
        ("rdf:type", name("foaf:Agent")),
        ("foaf:name", text(f"Acteur {number} de la ville", "fr")),
        ("cg:pole", name(f"cg:{pole}")),
        ("foaf:homepage", f"<https://actor-{number}.example/>"),
        ("foaf:mbox", f"<mailto:contact@actor-{number}.example>"),
        ("dct:identifier", text(f"{random.randrange(10**9):09}")),
    )


def dataset(random: Random, number: int, catalogue: Catalogue) -> Iterator[str]:
    """Describe a dataset, its contact (a blank node) and its distributions (the first a blank node)."""
    this, contact = thing("dataset", number), f"_:contact{number}"
    domain = random.choice(tuple(SUBJECTS))
    subject = random.choice(SUBJECTS[domain])
    licence = f"<{random.choice(LICENCES)}>"
    owner = thing("actor", random.randrange(catalogue.actors))
    access = random.choices(("PUBLIC", "RESTRICTED", "NON_PUBLIC"), (80, 15, 5))[0]
    yield from describe(
        this,
        ("rdf:type", name("dcat:Dataset")),
        ("dct:title", text(f"{subject.capitalize()}, {domain}, secteur {number}", "fr")),
        ("dct:title", text(f"Dataset {number} of sector {number % 97}", "en")),
        (
            "dct:description",
            text(f"Relevés de {subject} ({domain}) du secteur {number}, mis à jour chaque mois.", "fr"),
        ),
        ("dct:identifier", text(f"cg-{number:07}")),
        ("dct:issued", day(random, 2019)),
        ("dct:modified", day(random, 2025)),
        ("dct:publisher", owner),
        ("dct:creator", owner),
        ("dct:spatial", f"<{PLACE}>"),
        ("dct:accrualPeriodicity", f"<{FREQUENCY}MONTHLY>"),
        ("dcat:landingPage", f"<https://catalogue.example/page/{number}>"),
        ("dct:accessRights", f"<{ACCESS}{access}>"),
        ("dct:language", f"<{LANGUAGE}FRA>"),
        ("dcat:theme", f"<{THEME}{THEMES[domain]}>"),
        ("dcat:keyword", text(domain, "fr")),
        ("dcat:keyword", text(subject, "fr")),
        ("dcat:contactPoint", contact),
    )
    yield from describe(
        contact,
        ("rdf:type", name("vcard:Kind")),
        ("vcard:fn", text(f"Guichet {number % 50}")),
        ("vcard:hasEmail", f"<mailto:guichet-{number % 50}@city.example>"),
    )
    for rank in range(1 + (number % 4 == 0)):
        file = f"_:file{number}" if rank == 0 else thing("file", number)
        kind = random.choice(FORMATS)
        yield from describe(this, ("dcat:distribution", file))
        yield from describe(
            file,
            ("rdf:type", name("dcat:Distribution")),
            ("dct:title", text(f"{subject.capitalize()} en {kind}", "fr")),
            ("dcat:accessURL", f"<https://files.example/{number}/{rank}>"),
            ("dcat:downloadURL", f"<https://files.example/{number}/{rank}.{kind.lower()}>"),
            ("dct:format", f"<{FILE_TYPE}{kind}>"),
            ("dct:license", licence),
            ("dcat:byteSize", typed(str(random.randrange(1000, 10**9)), "nonNegativeInteger")),
        )


def service(random: Random, number: int, catalogue: Catalogue) -> Iterator[str]:
    """Describe an urban service and the datasets it uses."""
    this = thing("service", number)
    yield from describe(
        this,
        ("rdf:type", name("cg:UrbanDataService")),
        ("dct:title", text(f"Service urbain {number}", "fr")),
        ("dct:description", text(f"Un service numérique pour le quartier {number % 12}.", "fr")),
        ("cg:operatedBy", thing("actor", random.randrange(catalogue.actors))),
        ("cg:generalInterest", typed("true" if number % 3 else "false", "boolean")),
    )
    for used in sorted(random.sample(range(catalogue.datasets), min(4, catalogue.datasets))):
        yield from describe(this, ("cg:consumesDataset", thing("dataset", used)))


def agreement(random: Random, number: int, catalogue: Catalogue) -> Iterator[str]:
    """Describe an agreement with a permission, a duty under it, and a period (blank nodes all three)."""
    this, rule, duty, period = thing("agreement", number), *(f"_:{part}{number}" for part in ("rule", "duty", "period"))
    giver, taker = random.sample(range(catalogue.actors), 2)
    yield from describe(
        this,
        ("rdf:type", name("cg:SharingAgreement")),
        ("rdf:type", name("odrl:Agreement")),
        ("dct:title", text(f"Accord de partage {number}", "fr")),
        ("odrl:assigner", thing("actor", giver)),
        ("odrl:assignee", thing("actor", taker)),
        ("odrl:permission", rule),
        ("dct:temporal", period),
    )
    yield from describe(
        rule,
        ("rdf:type", name("odrl:Permission")),
        ("odrl:target", thing("dataset", random.randrange(catalogue.datasets))),
        ("odrl:action", name("odrl:use")),
        ("odrl:assigner", thing("actor", giver)),
        ("odrl:assignee", thing("actor", taker)),
        ("odrl:duty", duty),
    )
    yield from describe(duty, ("rdf:type", name("odrl:Duty")), ("odrl:action", name("odrl:attribute")))
    yield from describe(
        period,
        ("rdf:type", name("dct:PeriodOfTime")),
        ("dcat:startDate", day(random, 2024)),
        ("dcat:endDate", day(random, 2027)),
    )


def statements(datasets: int, seed: int = 1) -> Iterator[str]:
    """Give the N-Triples lines of a catalogue, each once; the same for the same number and seed."""
    random, catalogue = Random(seed), Catalogue(datasets)
    for number in range(catalogue.actors):
        yield from actor(random, number)
    for number in range(datasets):
        yield from dataset(random, number, catalogue)
    for number in range(catalogue.services):
        yield from service(random, number, catalogue)
    for number in range(catalogue.agreements):
        yield from agreement(random, number, catalogue)


def write(path: Path, datasets: int, seed: int = 1) -> int:
    """Write a catalogue to an N-Triples file and give the number of its statements."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in statements(datasets, seed):
            file.write(line)
            count += 1
    return count


def main() -> None:
    """Write a catalogue as asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{write(given.file, given.datasets, given.seed)} statements")


if __name__ == "__main__":
    main()
