#include "calendar/routes.hpp"

#include "access/once.hpp"
#include "calendar/appointment.hpp"
#include "calendar/preview.hpp"
#include "calendar/self_booking.hpp"
#include "calendar/session.hpp"
#include "calendar/waitlist.hpp"
#include "reminders/reminder.hpp"
#include "reminders/reply.hpp"

namespace circled::calendar {

using namespace api;

namespace {

struct SessionFilter {
  Instant from;
  Instant until;
  std::optional<SiteId> site;  // the caller's when neither is given
  std::optional<StaffId> staff;
  std::optional<Number<1, 200>> limit;
  std::optional<Text<1, 64>> after;
};
BOOST_DESCRIBE_STRUCT(SessionFilter, (), (from, until, site, staff, limit, after))

struct AppointmentFilter {
  std::optional<Instant> from;   // now
  std::optional<Instant> until;  // in 28 days
};
BOOST_DESCRIBE_STRUCT(AppointmentFilter, (), (from, until))

Reply<Session> tagged(Session session, int status = 200) {
  Reply<Session> reply(std::move(session), status);
  reply.etag = std::to_string(reply.body.version);
  return reply;
}

Result<Reply<Session>> tagged(Result<Session> session) {
  if (!session) return session.error();
  return tagged(std::move(*session));
}

// "<start in ms>.<id>" of the last session of a page.
Result<Range> range(const SessionFilter& filter) {
  Range range{filter.from, filter.until, filter.limit ? filter.limit->value : 50, {}, {}};
  if (filter.until <= filter.from || filter.until - filter.from > std::chrono::days(400))
    return invalid("?until", "out_of_range", "This must be after 'from', by 400 days at the most.");
  if (filter.after) {
    const std::string& cursor = *filter.after;
    std::int64_t start = 0, id = 0;
    const char* end = cursor.data() + cursor.size();
    auto [dot, bad_start] = std::from_chars(cursor.data(), end, start);
    if (bad_start != std::errc{} || dot == end || *dot != '.')
      return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
    auto [stop, bad_id] = std::from_chars(dot + 1, end, id);
    if (bad_id != std::errc{} || stop != end)
      return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
    range.after_start = from_millis(start);
    range.after = SessionId(id);
  }
  return range;
}

Result<Reply<Page<Session>>> list(Snapshot& db, const Identity& who, const SessionFilter& filter) {
  auto wanted = range(filter);
  if (!wanted) return wanted.error();
  const std::int64_t limit = wanted->limit;
  ++wanted->limit;  // one more tells whether there is a next page
  const bool everywhere = who.role == Role::admin || who.role == Role::supervisor;
  std::vector<Session> found;
  if (filter.staff) {
    found = sessions_of_staff(db, *filter.staff, *wanted);
    if (!everywhere && PersonId(*filter.staff) != who.person)
      std::erase_if(found, [&](const Session& s) { return s.site != who.site; });
  } else {
    const SiteId site = filter.site.value_or(who.site);
    if (!everywhere && site != who.site) return not_found("site");
    found = sessions_of_site(db, site, *wanted);
  }
  Page<Session> page;
  if (static_cast<std::int64_t>(found.size()) > limit) {
    found.resize(static_cast<std::size_t>(limit));
    page.next =
        std::to_string(to_millis(found.back().starts_at)) + "." + std::to_string(found.back().id.value);
  }
  page.items = std::move(found);
  Reply<Page<Session>> reply(std::move(page));
  reply.next = reply.body.next.value_or("");
  return reply;
}

Result<Reply<Appointment>> answer_route(Transaction& tx, const Call& call, const ClientUser& who,
                                        Answer given) {
  const auto id = call.id<SessionId>("session");
  if (auto answered = answer(tx, {who.account, call.request.id}, id, who.client(), given, call.now);
      !answered)
    return answered.error();
  return Reply<Appointment>(*appointment(tx, who.client(), id));
}

void session_routes(Table& table, access::Context& context) {
  table.get("/api/v1/services", "What sessions are for, in order of name", options::none,
            [&](const Call&, const StaffMember&) -> Task<Result<Reply<Page<Service>>>> {
              co_return co_await context.store.read([](Snapshot& db) -> Result<Reply<Page<Service>>> {
                return Page<Service>{services(db), {}};
              });
            });

  table.get("/api/v1/sessions", "Sessions of a site or of one staff member, in order of start", options::none,
            [&](const Call&, const StaffMember& who,
                const Query<SessionFilter>& filter) -> Task<Result<Reply<Page<Session>>>> {
              co_return co_await context.store.read([&](Snapshot& db) { return list(db, who, *filter); });
            });

  table.post("/api/v1/sessions", "Books a session", options::once,
             [&](const Call& call, const StaffMember& who,
                 const Body<Booking>& booking) -> Task<Result<Reply<Session>>> {
               co_return co_await access::write_once(
                   context, "session.book", call, who, [&](Transaction& tx) -> Result<Reply<Session>> {
                     auto booked = book(tx, who, {who.account, call.request.id}, *booking, call.now);
                     if (!booked) return booked.error();
                     auto reply = tagged(std::move(*booked), 201);
                     reply.location = "/api/v1/sessions/" + std::to_string(reply.body.id.value);
                     return reply;
                   });
             });

  table.get("/api/v1/sessions/{session}", "One session, without its roster", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Session>>> {
              co_return co_await context.store.read_one(
                  [&](Snapshot& db) { return tagged(session(db, who, call.id<SessionId>("session"))); });
            });

  table.get("/api/v1/sessions/{session}/roster", "Who is expected at a session", options::record,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Roster>>> {
              co_return co_await context.store.write(
                  "session.roster", [&](Transaction& tx) -> Result<Reply<Roster>> {
                    auto seen = roster(tx, who, call.id<SessionId>("session"));
                    if (!seen) return seen.error();
                    for (const auto& participant : seen->participants)
                      access::audit_view(tx, {who.account, call.request.id}, "client.view_roster",
                                         participant.client, call.now);
                    return Reply<Roster>(std::move(*seen));
                  });
            });

  table.patch("/api/v1/sessions/{session}", "Moves or edits a session that has not started", options::edit,
              [&](const Call& call, const StaffMember& who,
                  const Body<Change>& body) -> Task<Result<Reply<Session>>> {
                co_return co_await context.store.write("session.change", [&](Transaction& tx) {
                  return tagged(change(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                                       call.version(), *body, call.now));
                });
              });

  table.post("/api/v1/sessions/{session}/preview", "What a change of one session would do", options::none,
             [&](const Call& call, const StaffMember& who,
                 const Body<Change>& body) -> Task<Result<Reply<Preview>>> {
               co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Preview>> {
                 auto preview = preview_change(db, who, call.id<SessionId>("session"), *body, call.now);
                 if (!preview) return preview.error();
                 return Reply<Preview>(std::move(*preview));
               });
             });

  table.get("/api/v1/sessions/{session}/guests", "Who comes to a session as a guest", options::none,
            [&](const Call& call, const StaffMember& who) -> Task<Result<Reply<Guests>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Guests>> {
                auto seen = guests(db, who, call.id<SessionId>("session"));
                if (!seen) return seen.error();
                return Reply<Guests>(std::move(*seen));
              });
            });

  table.put(
      "/api/v1/sessions/{session}/guests", "Says who comes to a session as a guest", options::edit,
      [&](const Call& call, const StaffMember& who, const Body<Guests>& body) -> Task<Result<Reply<Guests>>> {
        co_return co_await context.store.write(
            "session.guests", [&](Transaction& tx) -> Result<Reply<Guests>> {
              auto set = set_guests(tx, who, {who.account, call.request.id}, call.id<SessionId>("session"),
                                    call.version(), *body, call.now);
              if (!set) return set.error();
              return Reply<Guests>(std::move(*set));
            });
      });

  table.post("/api/v1/sessions/{session}/cancel", "Cancels a session that has not started", options::edit,
             [&](const Call& call, const StaffMember& who,
                 const Body<Cancellation>& body) -> Task<Result<Reply<Session>>> {
               co_return co_await access::write_once(
                   context, "session.cancel", call, who, [&](Transaction& tx) {
                     return tagged(cancel(tx, who, {who.account, call.request.id},
                                          call.id<SessionId>("session"), call.version(), *body, call.now));
                   });
             });
}

void client_routes(Table& table, access::Context& context) {
  table.get("/api/v1/my/appointments", "The client's own sessions, in neutral words", options::none,
            [&](const Call& call, const ClientUser& who,
                const Query<AppointmentFilter>& filter) -> Task<Result<Reply<Page<Appointment>>>> {
              co_return co_await context.store.read([&](Snapshot& db) -> Result<Reply<Page<Appointment>>> {
                const Instant from = filter->from.value_or(call.now);
                const Instant until = filter->until.value_or(from + std::chrono::days(28));
                return Page<Appointment>{appointments(db, who.client(), from, until, 200), {}};
              });
            });

  table.post("/api/v1/my/appointments/{session}/confirm", "The client will come", options::none,
             [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Appointment>>> {
               co_return co_await access::write_once(
                   context, "session.answer", call, who,
                   [&](Transaction& tx) { return answer_route(tx, call, who, Answer::confirmed); });
             });

  table.post(
      "/api/v1/my/appointments/{session}/running-late", "The client comes, and late", options::none,
      [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Appointment>>> {
        co_return co_await access::write_once(
            context, "session.running_late", call, who, [&](Transaction& tx) -> Result<Reply<Appointment>> {
              const auto id = call.id<SessionId>("session");
              if (auto said = running_late(tx, {who.account, call.request.id}, id, who.client(), call.now);
                  !said)
                return said.error();
              return Reply<Appointment>(*appointment(tx, who.client(), id));
            });
      });

  table.post("/api/v1/my/appointments/{session}/cant-come", "The client can't come", options::none,
             [&](const Call& call, const ClientUser& who) -> Task<Result<Reply<Declined>>> {
               const auto said = co_await access::write_once(
                   context, "session.answer", call, who,
                   [&](Transaction& tx) { return answer_route(tx, call, who, Answer::cant_come); });
               if (!said) co_return said.error();
               // What there is instead is looked for afterwards: a long search, and of this moment.
               co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<Declined>> {
                 const auto id = call.id<SessionId>("session");
                 auto declined = appointment(db, who.client(), id);
                 if (!declined) return not_found("appointment");
                 return Reply<Declined>({std::move(*declined), instead_of(db, who.client(), id, call.now)});
               });
             });
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("calendar");
  session_routes(table, context);
  client_routes(table, context);
  group_routes(table, context);
  availability_routes(table, context);
  slots_routes(table, context);
  course_routes(table, context);
  waitlist_routes(table, context);
  bad_day_routes(table, context);
  group_merge_routes(table, context);
  seat_routes(table, context);
  services_routes(table, context);
}

namespace {

// A session a client is still to come to, as the reminders room asks.
struct ToldSession {
  SessionId session;
  std::int64_t told_version;
  Instant starts_at;
  std::string zone;
  std::optional<GroupId> group;
};
BOOST_DESCRIBE_STRUCT(ToldSession, (), (session, told_version, starts_at, zone, group))

// The same as the client's feed says it (feeds/feed.cpp), so that a calendar program takes both for one.
struct Entered {
  Instant starts_at;
  Instant ends_at;
  std::string neutral_name;
  std::int64_t version;
  Instant created_at;
  std::optional<Instant> changed_at;
};
BOOST_DESCRIBE_STRUCT(Entered, (), (starts_at, ends_at, neutral_name, version, created_at, changed_at))

}  // namespace

void handle_subjects() {
  reminders::SubjectHandler handler;
  handler.current_version = [](Snapshot& db, std::int64_t id, PersonId receiver) {
    return db.one<std::int64_t>(
        "SELECT s.told_version FROM session s JOIN participant p ON p.session_id = s.id AND p.client_id = $2 "
        "WHERE s.id = $1 AND s.status = 'scheduled'",
        id, receiver);
  };
  handler.answered = [](Transaction& tx, const access::Actor& actor, std::int64_t id, PersonId receiver,
                        reminders::Answer given, Instant now) {
    const SessionId session(id);
    const ClientId client(receiver.value);
    if (given == reminders::Answer::running_late) return running_late(tx, actor, session, client, now);
    return answer(tx, actor, session, client,
                  given == reminders::Answer::confirmed ? Answer::confirmed : Answer::cant_come, now);
  };
  handler.coming = [](Snapshot& db, PersonId receiver, Instant now) {
    std::vector<reminders::Subject> subjects;
    db.each<ToldSession>(
        [&](const ToldSession& each) {
          subjects.push_back({reminders::SubjectKind::session, each.session.value, each.told_version,
                              each.starts_at, *Zone::named(each.zone), each.group});
        },
        "SELECT s.id, s.told_version, s.starts_at, i.zone, s.group_id FROM participant p "
        "JOIN session s ON s.id = p.session_id JOIN site i ON i.id = s.site_id WHERE p.client_id = $1 "
        "AND p.starts_at > $2 AND s.status = 'scheduled' AND p.answer <> 'cant_come' AND (p.excused_for IS "
        "NULL OR p.excused_for = "
        "'hold') "
        "ORDER BY p.starts_at, s.id",
        receiver, now);
    return subjects;
  };
  handler.event = [](Snapshot& db, std::int64_t id, PersonId receiver) -> std::optional<ics::Entry> {
    const auto told = db.one<Entered>(
        "SELECT s.starts_at, s.ends_at, v.neutral_name, s.told_version, s.created_at, s.changed_at "
        "FROM participant p JOIN session s ON s.id = p.session_id JOIN service v ON v.id = s.service_id "
        "WHERE s.id = $1 AND p.client_id = $2",
        id, receiver);
    if (!told) return {};
    return ics::Entry{"session-" + std::to_string(id),
                      told->version - 1,
                      told->starts_at,
                      told->ends_at,
                      told->neutral_name,
                      {},
                      told->changed_at.value_or(told->created_at)};
  };
  handler.instead = [](Snapshot& db, std::int64_t id, PersonId receiver, Instant now) {
    std::vector<Instant> starts;
    for (const auto& slot : instead_of(db, ClientId(receiver.value), SessionId(id), now))
      starts.push_back(slot.starts_at);
    return starts;
  };
  handler.take_instead = [](Transaction& tx, const access::Actor& actor, std::int64_t id, PersonId receiver,
                            Instant starts_at, Instant now) -> Result<std::int64_t> {
    const auto taken = book_instead(tx, actor, ClientId(receiver.value), SessionId(id), starts_at, now);
    if (!taken) return taken.error();
    return taken->id.value;
  };
  reminders::handle_subjects(reminders::SubjectKind::session, std::move(handler));
  reminders::look_at_offers_by([](Snapshot& db, std::int64_t offer, PersonId person, Instant made_at,
                                  Instant now) {
    using reminders::OfferStands;
    const auto found = db.one<std::tuple<WaitState, std::optional<Instant>, std::optional<Instant>>>(
        "SELECT state, offered_at, answer_by FROM waitlist WHERE id = $1 AND client_id = $2", offer, person);
    if (!found) return OfferStands::gone;
    const auto& [state, offered_at, answer_by] = *found;
    if (state == WaitState::accepted || state == WaitState::declined) return OfferStands::answered;
    return state == WaitState::offered && offered_at == made_at && *answer_by > now ? OfferStands::open
                                                                                    : OfferStands::gone;
  });
  reminders::answer_offers_by([](Transaction& tx, const access::Actor& actor, std::int64_t offer,
                                 PersonId person, bool take, Instant now) {
    return answer_own_offer(tx, actor, ClientId(person.value), WaitlistId(offer),
                            take ? OfferAnswer::accept : OfferAnswer::decline, now)
        .has_value();
  });
}

}  // namespace circled::calendar
