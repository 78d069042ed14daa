// The demo: a programme one can believe, made by the rooms' own operations on a clock that walks through
// four weeks, so that what has happened looks as if it had: sheets closed, reminders sent and answered.
#include <cstdio>
#include <fstream>
#include <random>

#include "access/account.hpp"
#include "access/password.hpp"
#include "aftercare/commitment.hpp"
#include "aftercare/import.hpp"
#include "aftercare/plan_template.hpp"
#include "aftercare/self_check.hpp"
#include "aftercare/went.hpp"
#include "app/commands.hpp"
#include "app/first_start.hpp"
#include "attendance/sign.hpp"
#include "base/token.hpp"
#include "base/version.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/self_booking.hpp"
#include "calendar/series.hpp"
#include "calendar/session.hpp"
#include "disclosures/disclosure.hpp"
#include "people/client.hpp"
#include "people/enquiry.hpp"
#include "people/episode.hpp"
#include "people/on_call.hpp"
#include "people/staff.hpp"
#include "places/place.hpp"
#include "reminders/dispatcher.hpp"
#include "reminders/reminder.hpp"

namespace circled::app {
namespace {

using namespace std::chrono_literals;
using calendar::Session;
using calendar::Verdict;
using people::Phase;

constexpr const char* zone_name = "America/New_York";
constexpr int days_before = 14, days_after = 14;

// Fictional meetings in the format of the public lists.
constexpr std::string_view meetings_json = R"([
 {"name":"Sunrise Reflections","slug":"sunrise-reflections","day":1,"time":"07:00","end_time":"08:00","timezone":"America/New_York","types":["O","M"],"location":"Old Mill Library","address":"14 Mill Lane","city":"Riverton"},
 {"name":"Lunch Hour Steps","slug":"lunch-hour-steps","day":2,"time":"12:15","end_time":"13:15","timezone":"America/New_York","types":["O","ST"],"location":"Harbor Street Hall","address":"220 Harbor Street","city":"Riverton"},
 {"name":"Midweek Newcomers","slug":"midweek-newcomers","day":3,"time":"18:30","end_time":"19:30","timezone":"America/New_York","types":["O","BE","X"],"location":"St. Brendan's Annex","address":"9 Chapel Road","city":"Riverton"},
 {"name":"Women in the Afternoon","slug":"women-afternoon","day":4,"time":"15:00","end_time":"16:00","timezone":"America/New_York","types":["W","D"],"location":"Community House","address":"3 Orchard Way","city":"Easton Falls"},
 {"name":"Friday Candlelight","slug":"friday-candlelight","day":5,"time":"20:00","end_time":"21:00","timezone":"America/New_York","types":["O","CAN"],"location":"Harbor Street Hall","address":"220 Harbor Street","city":"Riverton"},
 {"name":"Saturday Walk and Talk","slug":"saturday-walk","day":6,"time":"09:30","end_time":"10:30","timezone":"America/New_York","types":["O","OUT"],"location":"Ferry Park, north gate","address":"Ferry Road","city":"Easton Falls"},
 {"name":"Sunday Online Speakers","slug":"sunday-online","day":0,"time":"19:00","end_time":"20:00","timezone":"America/Chicago","types":["O","SP","ONL"],"conference_url":"https://meet.example.org/sunday-speakers"},
 {"name":"Night Owls Online","slug":"night-owls","day":2,"time":"22:00","end_time":"23:00","timezone":"America/Los_Angeles","types":["O","D","ONL"],"conference_url":"https://meet.example.org/night-owls"}
])";

constexpr const char* first_names[] = {
    "Amara", "Ben",  "Carmen", "Dale",  "Elena", "Felix", "Grace", "Hugo",   "Imani", "Jonah",
    "Kira",  "Luis", "Maya",   "Nils",  "Opal",  "Pavel", "Quinn", "Rosa",   "Sami",  "Tess",
    "Umar",  "Vera", "Wade",   "Xenia", "Yusuf", "Zoe",   "Aiden", "Bianca", "Caleb", "Dina"};
constexpr const char* family_names[] = {"Abbott",  "Baptiste",  "Castillo", "Dunn",    "Eriksen",
                                        "Farrell", "Greene",    "Hollis",   "Iverson", "Jimenez",
                                        "Kaplan",  "Lindqvist", "Moreau"};

struct Login {
  std::string login, password, role, name;
};

// When the demo's programme opened, and up to when it has been lived through.
struct Moments {
  explicit Moments(std::optional<Date> named)
      // A day that is named ends at 07:00: the same whenever it is made. Without one the demo ends now, so
      // that nothing it promised is already late.
      : present(named ? zone.start_of(*named) + 7h : SystemClock().now()),
        today(zone.date(present)),
        began(zone.start_of(today - std::chrono::days(90)) + 9h) {}

  const Zone zone = *Zone::named(zone_name);
  const Instant present;
  const Date today;
  const Instant began;
};

class Demo {
 public:
  Demo(Store& store, std::uint64_t seed, const Moments& moments)
      : store_(store),
        random_(seed),
        zone_(moments.zone),
        began_(moments.began),
        today_(moments.today),
        present_(moments.present) {}

  std::vector<Login> fill() {
    step("places and staff", [&](Transaction& tx) { return add_staff(tx); });
    step("terms of attendance", [&](Transaction& tx) { return set_terms(tx); });
    step("clients", [&](Transaction& tx) { return add_clients(tx); });
    add_meetings();
    step("groups", [&](Transaction& tx) { return make_groups(tx); });
    step("sessions", [&](Transaction& tx) { return book_all(tx); });
    step("plans", [&](Transaction& tx) { return plan(tx); });
    const Date first = today_ - std::chrono::days(days_before);
    step("commitments", [&](Transaction& tx) { return commit(tx, wall(first, 9h)); });
    for (Date day = first; day <= today_; day += std::chrono::days(1)) live_through(day);
    step("meetings gone to", [&](Transaction& tx) { return went(tx); });
    step("self-checks", [&](Transaction& tx) { return say_how_they_are(tx); });
    step("consents and a report", [&](Transaction& tx) { return tell(tx); });
    step("enquiries", [&](Transaction& tx) { return be_asked(tx); });
    step("who is on call", [&](Transaction& tx) { return take_turns(tx); });
    return logins_;
  }

 private:
  // One transaction; a refusal here is a fault of the demo.
  template <class F>
  void step(const char* what, F f) {
    auto done = store_.write_now("demo", [&](Transaction& tx) -> Result<bool> { return f(tx); });
    if (done) return;
    const Error error = done.error();
    throw StartError(
        std::string("demo: ") + what + ": " + error.detail +
        (error.fields.empty() ? "" : " " + error.fields[0].pointer + " " + error.fields[0].message));
  }

  Instant at(Date day, Milliseconds time) const { return zone_.start_of(day) + time; }
  // The wall time on that day, whatever the clocks did at night.
  Instant wall(Date day, Minutes time) const { return *zone_.instant(WallTime{day} + time); }
  // When something about `t` was agreed: five days ahead, but never later than now.
  Instant agreed(Instant t) const { return std::min(t - 5 * 24h, present_); }
  std::size_t pick(std::size_t n) { return random_() % n; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  // Twelve letters and digits by the seed: the demo's passwords are printed and guard nobody.
  std::string password() {
    constexpr std::string_view letters = "abcdefghjkmnpqrstvwxyz23456789";
    std::string text;
    for (int i = 0; i < 14; ++i) text += i % 5 == 4 ? '-' : letters[pick(letters.size())];
    return text;
  }

  Result<StaffId> add_one(Transaction& tx, const char* name, api::Role role, const std::string& login) {
    auto added = people::add_staff(tx, {}, {Text<1, 100>(name), role, site_}, began_);
    if (!added) return added.error();
    const Login made{login, password(), std::string(json::enum_name(role)), name};
    auto hash = access::make_password(made.login, made.password);
    if (!hash) return hash.error();
    auto account = access::create_account(tx, {}, added->id, made.login, *hash, began_);
    if (!account) return account.error();
    logins_.push_back(made);
    if (role == api::Role::admin || role == api::Role::supervisor) {
      api::Identity& who = role == api::Role::admin ? admin_ : supervisor_;
      who.account = *account;
      who.person = added->id;
      who.role = role;
      who.site = site_;
    }
    return added->id;
  }

  access::Actor actor() const { return {admin_.account, {}}; }

  Result<bool> add_staff(Transaction& tx) {
    places::NewSite site{};
    site.name = Text<1, 100>("Riverside");
    site.zone = Text<1, 64>(zone_name);
    site.break_minutes = {10};
    site.helpline = Text<0, 40>("555-0134");
    auto added = places::add_site(tx, {}, site, began_);
    if (!added) return added.error();
    site_ = added->id;
    for (const auto& [name, seats] :
         {std::pair("Birch", 12), {"Cedar", 14}, {"Elm", 8}, {"Room 1", 3}, {"Room 2", 3}, {"Room 3", 3}}) {
      auto room = places::add_room(tx, {}, site_, {Text<1, 100>(name), {seats}}, began_);
      if (!room) return room.error();
      rooms_.push_back(room->id);
    }
    using api::Role;
    for (const auto& [name, role, login] : {std::tuple("Alex Admin", Role::admin, "alex"),
                                            {"Sofia Marsh", Role::supervisor, "sofia"},
                                            {"Dr. Noor Haddad", Role::clinician, "noor"},
                                            {"Cora Bell", Role::counselor, "cora"},
                                            {"Theo Grant", Role::counselor, "theo"},
                                            {"Mina Okafor", Role::counselor, "mina"},
                                            {"Jack Lowe", Role::counselor, "jack"},
                                            {"Priya Nair", Role::counselor, "priya"},
                                            {"Owen Reyes", Role::counselor, "owen"},
                                            {"Fran Duval", Role::front_desk, "fran"}}) {
      auto id = add_one(tx, name, role, login);
      if (!id) return id.error();
      if (role == Role::counselor) counselors_.push_back(*id);
      if (role == Role::clinician) clinician_ = *id;
    }
    for (const auto& service : calendar::services(tx)) services_[service.code] = service.id;
    const auto visit = services_.at("counseling");
    const auto opened = calendar::set_self_booking(
        tx, actor(), visit, digest_of(calendar::self_booking(tx, visit).value()), {true}, began_);
    if (!opened) return opened.error();
    return true;
  }

  // Late is who comes more than five minutes after the start; after twenty the door is closed.
  Result<bool> set_terms(Transaction& tx) {
    attendance::NewPolicy policy{};
    policy.from = zone_.date(began_) + std::chrono::days(1);
    policy.terms.emplace();
    policy.terms->grace_minutes = {5};
    policy.terms->door_closes_minutes = {20};
    const auto seen = attendance::policy(tx, admin_, {}, began_);
    if (!seen) return seen.error();
    auto set = attendance::set_policy(tx, admin_, actor(), {}, attendance::digest(*seen), policy, began_);
    if (!set) return set.error();
    return true;
  }

  Result<bool> add_clients(Transaction& tx) {
    for (std::size_t n = 0; n < 60; ++n) {
      people::NewClient client{};
      client.preferred_name = Text<1, 100>(first_names[n % std::size(first_names)]);
      client.family_name = Text<0, 100>(family_names[pick(std::size(family_names))]);
      client.site = site_;
      client.phone = Text<0, 40>("555-01" + std::to_string(10 + n));
      client.phase = n < 8 ? Phase::detox : n < 44 ? Phase::treatment : Phase::aftercare;
      client.assign_to = client.phase == Phase::detox ? clinician_ : counselors_[n % counselors_.size()];
      // Every tenth is 17.
      client.born_on = today_ - std::chrono::days(365 * (n % 10 == 9 ? 17 : 21 + n) + 150);
      const Instant then = began_ + 24h * static_cast<int>(n);
      auto added = people::add_client(tx, admin_, actor(), client, then);
      if (!added) return added.error();
      if (auto at_level = set_level(tx, added->id, n, then); !at_level) return at_level;
      of_[client.phase].push_back(added->id);
      caseload_[*client.assign_to].push_back(added->id);
    }
    return true;
  }

  // Of those in treatment: three at a level that some of them exceed, six who should come a day's hours more,
  // the others at the intensive one. Detox and aftercare have none.
  Result<bool> set_level(Transaction& tx, ClientId client, std::size_t n, Instant then) {
    if (n < 8 || n >= 44) return true;
    const char* level = n % 8 == 1 ? "1" : n % 6 == 5 ? "2.5" : "2.1";
    auto changed = people::change_level(tx, admin_, actor(), client, level, then);
    if (!changed) return changed.error();
    return true;
  }

  void add_meetings() {
    FakeClock clock(began_);
    aftercare::ImportOptions options;
    options.name = "riverton-meetings.json";
    auto report = aftercare::import_meetings(store_, clock, actor(), meetings_json, options);
    if (!report) throw StartError("demo: meetings: " + report.error().detail);
  }

  // A collision is nothing to worry about here: that slot is simply taken.
  void book(Transaction& tx, const calendar::Booking& booking) {
    auto booked = calendar::book(tx, admin_, actor(), booking, agreed(booking.starts_at));
    if (booked) sessions_.push_back(std::move(*booked));
  }

  calendar::Booking booking(const char* service, calendar::Kind kind, Instant starts, std::int64_t minutes,
                            RoomId room) {
    calendar::Booking b{};
    b.service = services_.at(service);
    b.kind = kind;
    b.site = site_;
    b.room = room;
    b.starts_at = starts;
    b.duration_minutes = {minutes};
    return b;
  }

  void book_group(Transaction& tx, const char* title, Instant starts, std::int64_t minutes, std::size_t room,
                  std::vector<StaffId> facilitators, const std::vector<ClientId>& from, std::size_t first,
                  std::size_t count) {
    auto b = booking("counseling", calendar::Kind::group, starts, minutes, rooms_[room]);
    b.title = Text<0, 200>(title);
    for (const auto staff : facilitators) b.facilitators.push_back(staff);
    for (std::size_t i = 0; i < count; ++i) b.clients.push_back(from[(first + i) % from.size()]);
    book(tx, b);
  }

  // A group that lasts, who is in it, and the series of its sessions, from the first day on that is lived
  // through.
  struct Lasting {
    const char* name;
    calendar::Admission admission;
    std::vector<const char*> topics;
    const char* rule;
    Minutes time;
    std::int64_t minutes;
    std::size_t room;
    std::vector<StaffId> facilitators;
    Phase phase;
    std::size_t first, count, seats;  // of those in that phase
  };

  Result<bool> make_group(Transaction& tx, const Lasting& lasting) {
    const Date opens = today_ - std::chrono::days(days_before);
    const Instant then = at(opens, 0h);
    calendar::NewGroup group{};
    group.site = site_;
    group.service = services_.at("counseling");
    group.name = Text<1, 100>(lasting.name);
    group.alias = Text<1, 60>("Your group");
    group.admission = lasting.admission;
    group.smallest = {3};
    group.largest = {static_cast<std::int64_t>(lasting.seats)};
    group.admits.phases.push_back(lasting.phase);
    for (const auto* topic : lasting.topics) group.topics.push_back(Text<1, 200>(topic));
    auto made = calendar::add_group(tx, admin_, actor(), group, then);
    if (!made) return made.error();
    const auto& clients = of_[lasting.phase];
    for (std::size_t i = 0; i < lasting.count; ++i) {
      calendar::NewEnrolment enrolment{};
      enrolment.client = clients[(lasting.first + i) % clients.size()];
      enrolment.from = opens;
      auto enrolled = calendar::enrol(tx, admin_, actor(), made->id, enrolment, then);
      if (!enrolled) return enrolled.error();
    }
    calendar::NewSeries series{};
    series.group = made->id;
    series.site = site_;
    series.room = rooms_[lasting.room];
    series.starts_on = opens;
    series.time = TimeOfDay{lasting.time};
    series.duration_minutes = {lasting.minutes};
    series.rule = Text<1, 300>(lasting.rule);
    series.leave_out_conflicts = true;
    for (const auto staff : lasting.facilitators) series.facilitators.push_back(staff);
    auto added = calendar::add_series(tx, admin_, actor(), series, then);
    if (!added) return added.error();
    for (const auto& session : calendar::sessions_of_group(
             tx, made->id, {then, at(today_ + std::chrono::days(days_after), 0h), 500, {}, {}}))
      sessions_.push_back(session);
    return true;
  }

  Result<bool> make_groups(Transaction& tx) {
    using calendar::Admission;
    for (const Lasting& lasting : {Lasting{"Morning process group",
                                           Admission::rolling,
                                           {},
                                           "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
                                           9h,
                                           90,
                                           0,
                                           {counselors_[0], counselors_[1]},
                                           Phase::treatment,
                                           0,
                                           8,
                                           10},
                                   {"Relapse prevention",
                                    Admission::closed,
                                    {"Triggers", "Cravings", "Saying no", "Sleep and stress",
                                     "A plan for bad days", "Asking for help"},
                                    "FREQ=WEEKLY;BYDAY=TU,TH",
                                    18h,
                                    90,
                                    1,
                                    {counselors_[2], counselors_[3]},
                                    Phase::treatment,
                                    10,
                                    10,
                                    12},
                                   {"Aftercare circle",
                                    Admission::open,
                                    {},
                                    "FREQ=WEEKLY;BYDAY=WE",
                                    17h + 30min,
                                    60,
                                    0,
                                    {counselors_[4]},
                                    Phase::aftercare,
                                    0,
                                    9,
                                    12}}) {
      auto made = make_group(tx, lasting);
      if (!made) return made;
    }
    return true;
  }

  void book_day(Transaction& tx, Date day) {
    const std::chrono::weekday weekday{day};
    if (weekday == std::chrono::Sunday) return;
    book_group(tx, "Early recovery", wall(day, 11h), 60, 2, {*clinician_}, of_[Phase::detox], 0, 6);
    for (std::size_t c = 0; c < counselors_.size(); ++c)
      for (const auto hour : {10h + 45min, 13h + 0min, 14h + 15min, 15h + 30min}) {
        if (chance(35)) continue;
        const auto& clients = caseload_[counselors_[c]];
        auto b = booking("counseling", calendar::Kind::one_on_one, wall(day, hour), 50, rooms_[3 + c % 3]);
        b.facilitators.push_back(counselors_[c]);
        b.clients.push_back(clients[pick(clients.size())]);
        book(tx, b);
      }
  }

  Result<bool> book_all(Transaction& tx) {
    for (int d = -days_before; d <= days_after; ++d) book_day(tx, today_ + std::chrono::days(d));
    return true;
  }

  void answer_some(Transaction& tx, const Session& session) {
    for (const auto client :
         tx.all<ClientId>("SELECT client_id FROM participant WHERE session_id = $1", session.id)) {
      if (!chance(65)) continue;
      const auto answer = chance(92) ? calendar::Answer::confirmed : calendar::Answer::cant_come;
      const Instant when = std::min(session.starts_at - 20h, present_);
      // The session may be over by `present_`, or not begun: either way its clients had their say before.
      calendar::answer(tx, {}, session.id, client, answer, when).value();
    }
  }

  Result<bool> close_sheet(Transaction& tx, const Session& session) {
    api::Identity lead = admin_;
    const Instant after = session.ends_at + 5min;
    const auto sheet = attendance::sheet(tx, lead, session.id, after);
    if (!sheet) return sheet.error();
    attendance::Marks marks;
    for (const auto& line : sheet->lines) {
      attendance::Mark mark{line.client, Verdict::attended, {}};
      if (line.answer == calendar::Answer::cant_come) {
        mark.verdict = Verdict::excused;
        mark.reason = "Called the day before.";
      } else if (chance(5))
        mark.verdict = Verdict::unexcused;
      else if (chance(12))
        mark.stays = List<attendance::Stay, 20>{{session.starts_at + Minutes(5 + pick(15)), {}}};
      marks.marks.push_back(mark);
    }
    auto marked = attendance::mark(tx, lead, actor(), session.id, sheet->version, marks, after);
    if (!marked) return marked.error();
    auto closed = attendance::close(tx, lead, actor(), session.id, marked->version, after);
    if (!closed) return closed.error();
    return sign_sheet(tx, session, closed->version, after + 10min);
  }

  // Whoever leads it signs. Yesterday's last ones still wait for it.
  Result<bool> sign_sheet(Transaction& tx, const Session& session, std::int64_t version, Instant when) {
    if (zone_.date(session.starts_at) == today_ - std::chrono::days(1) && session.id.value % 3 == 0)
      return true;
    api::Identity lead;
    lead.person = session.facilitators.front().staff;
    lead.role = api::Role::counselor;
    lead.site = site_;
    auto sheet = attendance::sign(tx, lead, {}, session.id, version, when);
    if (!sheet) return sheet.error();
    return true;
  }

  // Reminders go out hour by hour, people see and answer them, and the day's sheets are closed at night.
  void live_through(Date day) {
    const Instant end = std::min(at(day + std::chrono::days(1), 0h), present_);
    for (Instant t = at(day, 0h); t < end; t += 1h) {
      step("reminders", [&](Transaction& tx) -> Result<bool> {
        reminders::dispatch(tx, t, 100'000);
        return true;
      });
      step("acknowledgements", [&](Transaction& tx) -> Result<bool> {
        constexpr std::int64_t everything = std::int64_t{1} << 40;
        for (const auto person :
             tx.all<PersonId>("SELECT DISTINCT receiver_id FROM reminder WHERE state = 'sent'"))
          reminders::acknowledge(tx, person, everything, t);
        return true;
      });
    }
    step("answers and sheets", [&](Transaction& tx) -> Result<bool> {
      for (const auto& session : sessions_) {
        const Date its_day = zone_.date(session.starts_at);
        if (its_day == day + std::chrono::days(1)) answer_some(tx, session);
        if (its_day != day || day >= today_) continue;
        auto closed = close_sheet(tx, session);
        if (!closed) return closed;
      }
      return true;
    });
  }

  // Eight have a plan, from the shipped template without its group; two of them have not agreed to it yet.
  Result<bool> plan(Transaction& tx) {
    const Instant then = at(today_ - std::chrono::days(days_before), 0h);
    const auto made_from = aftercare::plan_templates(tx).front().id;
    for (std::size_t n = 0; n < 8; ++n) {
      const ClientId client = of_[Phase::aftercare][n];
      const auto draft = aftercare::draft_plan(tx, admin_, client, made_from, then);
      if (!draft) return draft.error();
      aftercare::WrittenPlan written{};
      written.made_from = made_from;
      written.counselor = *draft->counselor;
      for (const auto& goal : draft->goals)
        if (goal.kind != aftercare::GoalKind::group) written.goals.push_back(goal);
      written.self_checks = draft->self_checks;
      const auto made = aftercare::write_plan(tx, admin_, actor(), client, 0, written, then);
      if (!made) return made.error();
      if (n >= 6) continue;
      const auto agreed = aftercare::agree(tx, actor(), client, made->version, then);
      if (!agreed) return agreed.error();
    }
    return true;
  }

  Result<bool> say_how_they_are(Transaction& tx) {
    for (std::size_t n = 0; n < 5; ++n)
      for (int day = days_before; day > 0; day -= 2) {
        aftercare::NewSelfCheck said{};
        said.craving = {static_cast<std::int64_t>((3 * n + static_cast<std::size_t>(day)) % 7)};
        said.mood = {static_cast<std::int64_t>(5 - said.craving / 2)};
        if (said.craving > 4)
          said.triggers.emplace().push_back(Text<1, 60>(n % 2 ? "Payday" : "Alone in the evening"));
        auto kept = aftercare::say(tx, actor(), of_[Phase::aftercare][n], said,
                                   wall(today_ - std::chrono::days(day), 18h + 20min));
        if (!kept) return kept.error();
      }
    return true;
  }

  Result<bool> commit(Transaction& tx, Instant when) {
    const auto meetings = tx.all<MeetingId>("SELECT id FROM meeting ORDER BY id");
    const auto& clients = of_[Phase::aftercare];
    for (std::size_t n = 0; n < 8; ++n) {
      for (std::size_t m = 0; m < 2 + n % 2; ++m) {
        auto made = aftercare::commit(tx, actor(), clients[n], meetings[(n + 3 * m) % meetings.size()], when);
        if (!made) return made.error();
      }
    }
    return true;
  }

  // Most say whether they went; of some of it a slip was seen.
  Result<bool> went(Transaction& tx) {
    using namespace aftercare;
    const auto over = tx.all<std::tuple<OccurrenceId, ClientId, Instant>>(
        "SELECT id, client_id, ends_at FROM occurrence WHERE ends_at < $1 AND status = 'planned' "
        "ORDER BY ends_at, id",
        present_ - 1h);
    for (const auto& [id, client, ended] : over) {
      if (chance(75)) {
        auto said = say_went(tx, actor(), client, id, chance(85) ? Went::yes : Went::no, ended + 1h);
        if (!said) return said.error();
      }
      if (chance(25)) {
        auto seen = aftercare::verify(tx, admin_, actor(), client, id, {Proof::slip, {}}, present_);
        if (!seen) return seen.error();
      }
    }
    return true;
  }

  // From 17:00 to 17:00 the counselors in turn, each with the next as backup; nobody has taken one of the
  // days yet.
  Result<bool> take_turns(Transaction& tx) {
    for (std::size_t n = 0; n < 10; ++n) {
      if (n == 6) continue;
      const Date day = today_ - std::chrono::days(1) + std::chrono::days(n);
      people::NewOnCallShift shift{};
      shift.from = std::max(wall(day, 17h), present_ - 23h);
      shift.until = wall(day + std::chrono::days(1), 17h);
      shift.primary = counselors_[n % counselors_.size()];
      shift.backup = counselors_[(n + 1) % counselors_.size()];
      // Yesterday's has ended for whoever begins late in the evening.
      if (shift.until <= present_) continue;
      auto added = people::add_shift(tx, actor(), site_, shift, present_);
      if (!added) return added.error();
    }
    return true;
  }

  // One client's probation officer is told of their attendance, on a consent; a health plan may be told
  // hours.
  Result<bool> tell(Transaction& tx) {
    using people::ConsentKind;
    const ClientId client = of_[Phase::treatment].front();
    people::WrittenConsent written;
    written.discloser = Text<1, 200>("Riverside");
    written.recipient = Text<1, 200>("Dana Ortiz, Riverton probation office");
    written.kinds = {ConsentKind::attendance, ConsentKind::phase};
    written.purpose = Text<1, 300>("Supervision of a probation");
    written.expires_on = today_ + std::chrono::days(150);
    written.signed_on = today_ - std::chrono::days(1);
    written.signed_by = people::SignedBy::client;
    written.criminal_justice =
        people::CriminalJustice{{}, Text<1, 300>("final disposition of the conditional release")};
    const auto probation = people::add_consent(tx, admin_, actor(), client, written, present_);
    if (!probation) return probation.error();
    written.recipient = Text<1, 200>("Harbor Health Plan");
    written.kinds = {ConsentKind::hours};
    written.purpose = Text<1, 300>("Payment");
    written.criminal_justice.reset();
    const auto plan = people::add_consent(tx, admin_, actor(), client, written, present_);
    if (!plan) return plan.error();

    disclosures::NewDisclosure asked;
    asked.consent = probation->id;
    asked.kinds = {ConsentKind::attendance};
    asked.from = today_ - std::chrono::days(days_before);
    asked.until = today_;
    const auto draft = disclosures::draft(tx, admin_, actor(), client, asked, present_);
    if (!draft) return draft.error();
    const auto approved = disclosures::approve(tx, supervisor_, {supervisor_.account, {}},
                                               draft->disclosure.id, disclosures::tag(*draft), present_);
    if (!approved) return approved.error();
    const auto told = disclosures::hand_out(tx, admin_, actor(), draft->disclosure.id,
                                            disclosures::tag(*approved), present_);
    if (!told) return told.error();
    return true;
  }

  // Somebody whom nobody has called yet, somebody who was not at home, and somebody who found help elsewhere.
  Result<bool> be_asked(Transaction& tx) {
    using people::CallOutcome;
    const auto ask = [&](const char* name, const char* number, people::Whom whom, bool voicemail,
                         Instant at) {
      people::NewEnquiry wanted{whom, Text<1, 40>(number), Text<1, 100>(name), voicemail, {}, {}};
      people::ask_for_help(tx, {}, "demo", wanted, at).value();
    };
    const auto oldest = [&] { return people::enquiries(tx, admin_, {}).value().items.front(); };
    const auto call = [&](CallOutcome outcome, Instant at) {
      const auto row = oldest();
      return people::note_call(tx, admin_, actor(), row.id, row.version, {outcome, {}}, at);
    };
    ask("Noreen", "555 010 0144", people::Whom::oneself, true, present_ - 76h);
    if (auto called = call(CallOutcome::reached, present_ - 75h); !called) return called.error();
    const auto noreen = oldest();
    const people::EnquiryDecision referred{people::EnquiryOutcome::referred,
                                           Text<1, 500>("To Harbor Clinic, which is nearer to her")};
    if (auto done =
            people::decide_enquiry(tx, admin_, actor(), noreen.id, noreen.version, referred, present_ - 74h);
        !done)
      return done.error();
    ask("Gil", "555 010 0162", people::Whom::other, false, present_ - 5h);
    if (auto called = call(CallOutcome::no_answer, present_ - 4h); !called) return called.error();
    ask("Tamsin", "555 010 0118", people::Whom::oneself, true, present_ - 40min);
    return true;
  }

  Store& store_;
  std::mt19937_64 random_;
  const Zone zone_;
  const Instant began_;
  const Date today_;
  const Instant present_;
  SiteId site_;
  std::vector<RoomId> rooms_;
  std::vector<StaffId> counselors_;
  std::optional<StaffId> clinician_;
  api::Identity admin_, supervisor_;
  std::map<std::string, ServiceId> services_;
  std::map<Phase, std::vector<ClientId>> of_;
  std::map<StaffId, std::vector<ClientId>> caseload_;
  std::vector<Session> sessions_;
  std::vector<Login> logins_;
};

}  // namespace

int demo(const Options& options, std::uint64_t seed, std::optional<Date> today) {
  const std::filesystem::path& data = options.data;
  std::error_code ec;
  if (std::filesystem::exists(data, ec) && !std::filesystem::is_empty(data, ec))
    throw StartError(data.string() + ": the demo wants an empty data folder; name another one");
  const store::DataFolder folder(data, options.key);
  const Moments moments(today);
  const auto store = open_store(folder, options, moments.began);
  if (store->read_now([](Snapshot& db) { return db.one<PersonId>("SELECT id FROM person LIMIT 1"); }))
    throw StartError("store: the demo wants an empty database; name another one");
  Demo demo(*store, seed, moments);
  const auto logins = demo.fill();
  std::printf("The demo programme is ready. Sign in with:\n\n  %-10s %-18s %-12s %s\n", "login", "password",
              "role", "name");
  for (const auto& l : logins)
    std::printf("  %-10s %-18s %-12s %s\n", l.login.c_str(), l.password.c_str(), l.role.c_str(),
                l.name.c_str());
  std::printf(
      "\nA client's app is at /app: open a client in the dashboard, make an enrolment code, and type it "
      "there.\n");
  return 0;
}

}  // namespace circled::app
