#include "disclosures/page.hpp"

namespace circled::disclosures {
namespace {

// Everything that is not markup goes through here.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  return safe;
}

std::string day(Date date) {
  constexpr const char* months[] = {"January", "February", "March",     "April",   "May",      "June",
                                    "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day ymd{date};
  return std::string(months[static_cast<unsigned>(ymd.month()) - 1]) + " " +
         std::to_string(static_cast<unsigned>(ymd.day())) + ", " +
         std::to_string(static_cast<int>(ymd.year()));
}

// A moment where the client's site is, to the minute.
std::string moment(Instant t, const std::string& zone) {
  const WallTime wall = Zone::named(zone)->wall(t);
  const Date date = std::chrono::floor<std::chrono::days>(wall);
  return day(date) + ", " + to_string(TimeOfDay{std::chrono::floor<Minutes>(wall - date)});
}

std::string days(Date from, const std::optional<Date>& until) {
  return "from " + day(from) + (until ? " to " + day(*until) : " on");
}

// 90 → "1 h 30 min".
std::string span(std::int64_t minutes) {
  return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

const char* word(ConsentKind kind) {
  switch (kind) {
    case ConsentKind::attendance: return "attendance";
    case ConsentKind::hours: return "hours";
    case ConsentKind::phase: return "phase and level of care";
    case ConsentKind::enrolment: return "enrolment";
  }
  return "";
}

template <class Kinds>
std::string words(const Kinds& kinds) {
  std::string text;
  for (const auto kind : kinds) text += (text.empty() ? "" : ", ") + std::string(word(kind));
  return text;
}

const char* word(calendar::Verdict verdict) {
  switch (verdict) {
    case calendar::Verdict::expected: return "not recorded yet";
    case calendar::Verdict::attended: return "attended";
    case calendar::Verdict::excused: return "excused";
    case calendar::Verdict::unexcused: return "absent without excuse";
    case calendar::Verdict::turned_away: return "came, and could not take part";
    case calendar::Verdict::cancelled_by_program: return "cancelled by the program";
  }
  return "";
}

const char* word(people::Phase phase) {
  switch (phase) {
    case people::Phase::detox: return "Detox";
    case people::Phase::treatment: return "Treatment";
    case people::Phase::aftercare: return "Aftercare";
  }
  return "";
}

constexpr std::string_view style = R"(
body { font: 11pt/1.4 system-ui, "Helvetica Neue", Arial, sans-serif; color: #111; background: #fff; margin: 2rem auto; max-width: 44rem; padding: 0 1rem; }
h1 { font-size: 18pt; margin: 0 0 .25rem; }
h2 { font-size: 12.5pt; margin: 1.4rem 0 .4rem; break-after: avoid; }
p { margin: .3rem 0; }
.notice { border: 1.5pt solid #111; padding: .5rem .7rem; font-weight: 600; margin: .8rem 0; }
.mark { background: #eee; padding: .4rem .7rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: #444; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: .5pt solid #999; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
footer { margin-top: 1.5rem; font-size: 8.5pt; color: #444; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; padding: 0; } .mark { border: 1pt solid #444; } }
)";

std::string row(std::string_view name, std::string_view text) {
  return "<dt>" + std::string(name) + "</dt><dd>" + escaped(text) + "</dd>\n";
}

// What the page is, in one line above everything else.
std::string mark(const DisclosureView& view, const DisclosureReport& report) {
  const auto& told = view.disclosure;
  if (told.state == DisclosureState::handed_out) {
    const std::string when = escaped(moment(told.told_at.value(), report.zone));
    if (view.obstacle)
      return "<p class=\"mark\">Copy for the file, handed out " + when +
             ". The consent is no longer in force: do not hand it out again.</p>\n";
    return "<p class=\"mark\">Handed out " + when + "</p>\n";
  }
  if (view.obstacle) return "<p class=\"mark\">Not to be handed out: the consent is not in force.</p>\n";
  if (told.state == DisclosureState::approved)
    return "<p class=\"mark\">Approved, and not handed out yet</p>\n";
  return "<p class=\"mark\">Draft: not to be handed out</p>\n";
}

std::string sessions(const DisclosureReport& report) {
  std::string text = "<h2>Attendance</h2>\n";
  const auto& a = report.attendance.value();
  text += "<p>Attended " + std::to_string(a.attended) + " of " + std::to_string(a.counted) +
          " sessions; excused " + std::to_string(a.excused) + ", absent without excuse " +
          std::to_string(a.unexcused);
  if (a.turned_away > 0) text += ", came and could not take part " + std::to_string(a.turned_away);
  text += ".</p>\n";
  if (a.cancelled_by_program + a.not_recorded > 0)
    text += "<p>Not among these: " + std::to_string(a.cancelled_by_program) + " cancelled by the program, " +
            std::to_string(a.not_recorded) + " not recorded yet.</p>\n";
  if (report.sessions->empty()) return text + "<p>There was no session on these days.</p>\n";
  const bool hours = report.hours.has_value();
  text += "<table><thead><tr><th>Day</th><th>What</th><th>Outcome</th>";
  if (hours) text += "<th class=\"n\">Minutes</th>";
  text += "</tr></thead><tbody>\n";
  for (const auto& s : *report.sessions) {
    text += "<tr><td>" + day(s.day) + "</td><td>" + escaped(s.what) +
            (s.kind == calendar::Kind::group ? ", group" : ", individual") + "</td><td>" + word(s.verdict) +
            "</td>";
    if (hours) text += "<td class=\"n\">" + std::to_string(s.credited_minutes.value_or(0)) + "</td>";
    text += "</tr>\n";
  }
  return text + "</tbody></table>\n";
}

std::string parts(const DisclosureReport& report) {
  std::string text;
  if (report.attendance) text += sessions(report);
  if (report.hours)
    text += "<h2>Hours</h2>\n<p>" + span(report.hours->credited_minutes) + " of " +
            span(report.hours->scheduled_minutes) + " that were scheduled, in " +
            std::to_string(report.hours->attended) + " of " + std::to_string(report.hours->counted) +
            " counseling sessions.</p>\n";
  const auto list = [&](const char* title, const auto& stretches, auto name) {
    text += "<h2>" + std::string(title) + "</h2>\n";
    if (stretches.empty()) text += "<p>None on these days.</p>\n";
    for (const auto& stretch : stretches)
      text += "<p>" + escaped(name(stretch)) + ", " + days(stretch.from, stretch.until) + "</p>\n";
  };
  if (report.phases)
    list("Phase of care", *report.phases, [](const auto& p) { return std::string(word(p.phase)); });
  if (report.levels) list("Level of care", *report.levels, [](const auto& l) { return l.level; });
  if (report.enrolments)
    list("Enrolment in groups", *report.enrolments, [](const auto& e) { return e.what; });
  return text;
}

std::string consent(const people::WrittenConsent& c) {
  std::string text = "<h2>The consent this rests on</h2>\n<dl>\n";
  text += row("Who may tell", c.discloser) + row("Whom", c.recipient) + row("What", words(c.kinds)) +
          row("Why", c.purpose);
  text +=
      row("Signed", day(c.signed_on) + (c.representative ? ", by " + *c.representative : ", by the client"));
  std::string until = c.expires_on ? "through " + day(*c.expires_on) : "";
  if (c.expires_when) until += (until.empty() ? "until: " : ", or earlier: ") + *c.expires_when;
  text += row("In force", until);
  if (!c.criminal_justice)
    text += row("Revocable", "at any time");
  else if (c.criminal_justice->revocable_on)
    text += row("Revocable", "from " + day(*c.criminal_justice->revocable_on) + " (42 CFR 2.35)");
  else
    text += row("Revocable", "after: " + *c.criminal_justice->revocable_when + " (42 CFR 2.35)");
  return text + "</dl>\n";
}

}  // namespace

std::string page(const DisclosureView& view, Paper paper) {
  const DisclosureReport& report = view.report.value();
  std::string text =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Report</title>\n<style>\n@page { size: ";
  text += paper == Paper::a4 ? "A4" : "letter";
  text += "; margin: 18mm; }";
  text += style;
  text += "</style>\n</head>\n<body>\n";
  text += mark(view, report);
  text += "<h1>Report on " + escaped(report.client_name) + "</h1>\n";
  text += "<p class=\"notice\">" + escaped(report.notice) + "</p>\n<dl>\n";
  text += row("To", report.consent.recipient) + row("From", report.consent.discloser) +
          row("Days", day(report.from) + " to " + day(report.until)) + row("Contents", words(report.kinds)) +
          row("Purpose", report.consent.purpose);
  if (report.as_of) text += row("As of", moment(*report.as_of, report.zone) + " (" + report.zone + ")");
  text += "</dl>\n" + parts(report) + consent(report.consent);
  if (view.disclosure.digest)
    text += "<footer>SHA-256 of this report's content: " + escaped(*view.disclosure.digest) + "</footer>\n";
  return text + "</body>\n</html>\n";
}

}  // namespace circled::disclosures
