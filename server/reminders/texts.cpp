#include "reminders/texts.hpp"

namespace circled::reminders {
namespace {

constexpr Phrases english{
    {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    "{day} at {time}",
    "You have an appointment on {when}.",
    "There is a question for you in your app.",
    "Your appointment is now on {when}.",
    "Your appointment on {when} is cancelled.",
    "Your appointments from {day} on have changed.",
    "Your appointments from {day} on are cancelled.",
    "A seat is free for you on {when}.",
    "A seat is free for you.",
    "Answer by {when}.",
    "Reply 1 to take it, 2 to leave it.",
    "Thank you. The seat is yours.",
    "Thank you, noted: you leave the seat.",
    "The seat is no longer held for you.",
    "Something in your calendar no longer takes place.",
    "Something in your calendar has a new time or place.",
    "This message comes late.",
    "Your calendar",
    "Say whether you'll come: {link}",
    "Reply 1: I'll come, 2: I can't, 3: I'll be late. STOP ends these messages.",
    "Your code is {code}. It is good for 15 minutes.",
    "Thank you, noted: you'll come.",
    "Thank you, noted: you'll be late.",
    "Thank you, noted: you can't come.",
    "Other times: {times}. Reply with a letter to take one.",
    "That time is no longer free.",
    "Thank you. There is nothing to answer just now.",
    "Nobody reads this number. In an emergency call {emergency}. If you are in distress call or text "
    "{crisis}, "
    "at any hour. Somebody will get in touch with you.",
};

constexpr Phrases spanish{
    {"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
    {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"},
    "{day} a las {time}",
    "Tiene una cita el {when}.",
    "Hay una pregunta para usted en su aplicación.",
    "Su cita es ahora el {when}.",
    "Su cita del {when} está cancelada.",
    "Sus citas a partir del {day} han cambiado.",
    "Sus citas a partir del {day} están canceladas.",
    "Hay un lugar libre para usted el {when}.",
    "Hay un lugar libre para usted.",
    "Responda antes del {when}.",
    "Responda 1 para tomarlo, 2 para dejarlo.",
    "Gracias. El lugar es suyo.",
    "Gracias, anotado: deja el lugar.",
    "El lugar ya no está reservado para usted.",
    "Algo de su calendario ya no tiene lugar.",
    "Algo de su calendario tiene otra hora u otro lugar.",
    "Este mensaje llega con retraso.",
    "Su calendario",
    "Diga si vendrá: {link}",
    "Responda 1: iré, 2: no puedo, 3: llegaré tarde. STOP para no recibir más mensajes.",
    "Su código es {code}. Vale durante 15 minutos.",
    "Gracias, anotado: vendrá.",
    "Gracias, anotado: llegará tarde.",
    "Gracias, anotado: no puede venir.",
    "Otras horas: {times}. Responda con una letra para tomar una.",
    "Esa hora ya no está libre.",
    "Gracias. Ahora no hay nada que responder.",
    "Nadie lee este número. En una emergencia llame al {emergency}. Si se siente mal llame o escriba al "
    "{crisis}, "
    "a cualquier hora. Alguien se pondrá en contacto con usted.",
};

}  // namespace

const Phrases& phrases(Language language) { return language == Language::es ? spanish : english; }

std::string fill(std::string_view words,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  std::string text;
  while (!words.empty()) {
    const auto open = words.find('{');
    text += words.substr(0, open);
    if (open == std::string_view::npos) break;
    words.remove_prefix(open);
    bool filled = false;
    for (const auto& [name, value] : names) {
      if (!words.substr(1).starts_with(name) || words.substr(1 + name.size(), 1) != "}") continue;
      text += value;
      words.remove_prefix(name.size() + 2);
      filled = true;
      break;
    }
    if (filled) continue;
    text += '{';
    words.remove_prefix(1);
  }
  return text;
}

std::string spoken_day(Instant t, const Zone& zone, Language language) {
  const Phrases& say = phrases(language);
  const Date day = zone.date(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::weekday weekday{day};
  return std::string(say.weekdays[weekday.c_encoding()]) + " " +
         std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(say.months[static_cast<unsigned>(date.month()) - 1]);
}

std::string spoken(Instant t, const Zone& zone, Language language) {
  const WallTime shown = zone.wall(t);
  const auto time = std::chrono::floor<Minutes>(shown - std::chrono::floor<std::chrono::days>(shown));
  return fill(phrases(language).spoken,
              {{"day", spoken_day(t, zone, language)}, {"time", to_string(TimeOfDay{time})}});
}

}  // namespace circled::reminders
