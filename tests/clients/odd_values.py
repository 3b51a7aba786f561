"""Values that udata reads in some way of its own, by the function of it that reads them."""

from __future__ import annotations

from graph.terms import XSD

_ADDRESSES = """
    https://data.metropole.fr/velos.csv HTTPS://DATA.METROPOLE.FR/x https://data.metropole.FR https://Data.Metropole.fr/
    http://192.168.1.1/x http://10.0.0.1 http://8.8.8.8/ http://300.1.1.1/ http://1.2.3/ http://1.2.3.4567/
    http://127.0.0.1:8000/ http://localhost/ http://localhost.fr/x http://localhost.localdomain/ http://[::1]/
    http://[2606:4700::1111]/x http://[fec0::1]/ http://[::ffff:8.8.8.8]/ http://[64:ff9b::808:808]/
    http://[2002:808:808::]/ http://serveur/ http://x.invalide/ http://x.xn--p1ai/ http://пример.рф/x
    http://xn--e1afmkfd.xn--p1ai/ http://bücher.de/ http://b--c.fr/ http://-a.fr/ http://a-.fr/ http://a_b.fr/
    http://_a.fr/ http://a_.fr/ //x.fr/ ://x.fr/ x.fr http:x.fr mailto:a@b.fr ftp://x.fr/ sftp://x.fr FTPS://x.fr
    http://u:p@x.fr/ http://@x.fr/ http://x.fr/@user http://x.fr/a@b.csv http://x.fr/a@b.fr http://x.fr/a@b.fr/c@d
    http://x.fr:80/ http://x.fr:8/ http://x.fr:123456/ http://x.fr?q=1 http://x.fr#a http://x.fr/#a http:// http://.fr/
    http://x..fr/ http://x.fr./ http://x.c/ http://example.com http://224.0.0.1/ http://255.255.255.0/
    http://128.0.0.0/ http://1.255.255.255/ http://0.0.0.255/ http://192.88.99.1/ http://01.02.03.04/ http://٨.8.8.8/
    http://..../ http://x.onion/ http://x.local/ http://x.corp:8080/a http://𝒳.fr/ http://x.ＦＲ/ http://ß.fr
    http://x.бг/ http://x.укр/a?b http://x.fr:80?x http://x.fr:80#x http://a.b-c.fr http://x.fr/%zz urn:x:y
    http://x.c0m/ http://x.123/ http://x.f_r/ http://x.f-r/ http://100.64.0.1/ http://[fe80::1]/ http://[2001:db8::1]/
    http://[ff02::1] http://[1:2]/ http://[::]/ http://a@b@c.fr/ http://a@b@/ file:///srv/x http://x.İstanbul/
    https://[à http://K.fr
"""
_SPACED = [" http://x.fr/ ", "http://x.fr/a b", "http://x.fr/\u00a0a", "http://x.fr/\n", "", " "]
ADDRESSES = [*_ADDRESSES.split(), *_SPACED]

_TYPED = {
    "date": "2024-05-06 2024-13-01 2024-02-30 2024-05-06Z 2024-05-06+02:00 0001-01-01 10000-01-01 2024-5-6 2999-01-01",
    "dateTime": "2024-05-06T10:00:00Z 2024-05-06T00:30:00+02:00 2024-05-06T24:00:00 2024-05-06T10:00Z 2024-05-06",
    "gYear": "2024",
    "gYearMonth": "2024-05",
    "gMonthDay": "--05-06",
    "integer": "42 2024 0 abc 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 12.5",
    "nonNegativeInteger": "1200 -5",
    "decimal": "1.5 0.0 1E5 9223372036854775808.5 NaN",
    "double": "1.2E3 INF NaN 1e18 1e19",
    "boolean": "true false",
    "time": "12:00:00",
    "duration": "P1Y",
    "hexBinary": "ABCD",
    "string": "2024-05-06T00:00:00 1200",
}
_PLAIN = [
    "2024-05-06", "20240506", "2024/05/06", "2024.05.06", "2024-5-6", " 2024-05-06 ", "2024-05-06T10",
    "2024-05-06 10:00",
    "2024-05-06T00:30:00+02:00", "2024-05-06T10:00:00Z", "2024-05-06T10:00:00 UTC", "2024-05-06 CEST", "2024-02-30",
    "6 May 2024", "May 6, 2024", "6 mai 2024", "le 6 mai 2024", "06/05/2024", "15/04/2024", "15.04.2024", "05.04.2024",
    "06/05/24", "24-05-06", "06-05-2024", "2024-W20", "2024-W20-1", "souvent", "now", "today", "lundi", "a", "0", "mai",
    "2024-127", "2024127", "1715000000", "Q1 2024", "juin 2024", "99999999999999999999", "2024-00-00", "", "2024-06-31",
    "2024-05-06T10:00:00[Europe/Paris]", "2024-05-06T10:00:00Z/2025", "12 Mo", "12.0", "1_000", " 42 ", "٤٢", "-1",
    "1e3",
]  # fmt: skip
LITERALS = [f'"{text}"' for text in _PLAIN] + [
    f'"{text}"^^<{XSD}{datatype}>' for datatype, texts in _TYPED.items() for text in texts.split()
]
# What the day of the harvest completes: that it is so is told, not the day.
COMPLETED = ["2024", "2024-05", "10", "5", "Monday", "June 2024", "12/2024", "10:30"]

KEYWORDS = [
    "Mobilité", "œuvre d’art", "l'eau", "1,5 degré", "25 °C", "5 €", "ποδήλατο", "Велосипед", "自行车", "a–b…",
    "ħarta", "CO2", "A/B", "vélo  &amp; piéton", "straße", "Ünïcödé", "a_b",
    "2G",
    "x" * 200, "", "-", "n°1", "№1", "½", "x²", "İ", "ﬁn", "don't", "𝒳yz", "Dvořák", "Łódź", "100 %", "¿qué?", "c++",
]  # fmt: skip
LICENCES = [
    "lov2", "LOV2", "Licence Ouverte / Open Licence version 2.0", "licence ouverte open licence version 2 0",
    "Licence Ouverte / Open License version 2.0", "Licence Ouverte", "CC BY 4.0", "cc-by", "cc by", "notspecified",
    "License not specified", "Licence not specified", "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "http://www.etalab.gouv.fr/licence-ouverte-open-licence/", "https://www.etalab.gouv.fr/", "https://www.etalab.gouv.fr",
    "Voir https://www.etalab.gouv.fr/licence-ouverte-open-licence.", "https://opendefinition.org/licenses/odc-odbl",
    "http://opendatacommons.org/licenses/odbl/summary/", "http://opendatacommons.org/licenses/odbl/1.0/", "ODbL", "",
    "https://github.com/etalab/licence-ouverte/blob/master/lo.md", "http://[x", "https://[à compléter]/licence", "//x",
    "Open Data Commons Open Database License", "https://creativecommons.org/licenses/by/4.0/", "odc-by ", "x",
    "Voir https://x.fr/aucune : Licence Ouverte / Open Licence",
]  # fmt: skip
TEXTS = [
    "<a b", "</x >", "<1>", "a < b > c", "<!-- <b> -->", "</ b>", "<b", "<a<b>", "</", "<a/>", "<é>",
    "x <mailto:a@b.fr> y",
    "<https://x.fr>",
    "<?php <b> ?>", '<a href="x>', "&lt;b&gt;", "<B>", "<br", "a<br/>b", "<!DOCTYPE html>", "",
]  # fmt: skip
