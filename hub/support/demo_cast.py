"""Who the demo data is about: believable people of two countries, what they buy, ask and are answered."""

from __future__ import annotations

COMPANIES = (
    ("Willow & Co", "willow.example", "Bristol"), ("Piekarnia Ziarno", "ziarno.example", "Gdańsk"),
    ("Northwind Cafés", "northwind.example", "Leeds"), ("Studio Fala", "fala.example", "Sopot"),
    ("Harbour Books", "harbour.example", "York"), ("Zielony Kram", "kram.example", "Kraków"),
)  # fmt: skip
PEOPLE = (
    ("Olivia Carter", "en"), ("Zofia Nowak", "pl"), ("Jack Turner", "en"), ("Antoni Kowalski", "pl"), ("Amelia Hughes", "en"),
    ("Hanna Wiśniewska", "pl"), ("Harry Walker", "en"), ("Jan Wójcik", "pl"), ("Isla Morgan", "en"), ("Maja Kamińska", "pl"),
    ("George Ellis", "en"), ("Jakub Lewandowski", "pl"), ("Ava Bennett", "en"), ("Lena Zielińska", "pl"), ("Noah Foster", "en"),
    ("Filip Szymański", "pl"), ("Emily Reed", "en"), ("Alicja Dąbrowska", "pl"), ("Leo Marshall", "en"), ("Mikołaj Król", "pl"),
    ("Grace Cooper", "en"), ("Julia Wieczorek", "pl"), ("Oscar Gray", "en"), ("Szymon Jabłoński", "pl"),
)  # fmt: skip
TALKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("Hi, do you deliver to Ireland?", "Hello! Yes, within three working days.", "Perfect, thank you!"),
        (
            "My order came without the teapot.",
            "I am sorry about that. A new one leaves today, at no cost.",
            "That was quick!",
        ),
        ("Can I change the address of my order?", "Of course. Which address shall it be?"),
        ("Is the Assam organic?",),
    ),
    "pl": (
        ("Dzień dobry, kiedy dotrze moja paczka?", "Dzień dobry! Jutro do południa.", "Dziękuję!"),
        ("Czy mogę zapłacić przelewem?", "Tak, dane są w wiadomości z potwierdzeniem.", "Super."),
        ("Filiżanka przyszła stłuczona.", "Bardzo przepraszam. Dziś wysyłamy nową."),
        ("Czy macie herbatę bez kofeiny?",),
    ),
}
DEALS = {"en": "Tea for the office", "pl": "Herbata do biura"}
EVENTS = ("order placed", "newsletter opened", "catalogue downloaded")
