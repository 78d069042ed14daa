#include "reports/routes.hpp"

#include "people/reach.hpp"
#include "people/record_opening.hpp"
#include "reports/enquiries.hpp"
#include "reports/export.hpp"
#include "reports/figures.hpp"
#include "reports/hours.hpp"
#include "reports/house_lists.hpp"
#include "reports/lists.hpp"
#include "reports/record_lists.hpp"
#include "reports/seats.hpp"
#include "reports/sheets.hpp"

namespace circled::reports {

using namespace api;

namespace {

struct FileAsked : Asked {
  std::optional<Format> format;  // csv when left out
};
BOOST_DESCRIBE_STRUCT(FileAsked, (Asked), (format))

struct PlainFile {
  std::optional<Format> format;
};
BOOST_DESCRIBE_STRUCT(PlainFile, (), (format))

struct TrailFile {
  std::optional<Text<1, 40>> subject_kind;
  std::optional<Number<0, std::numeric_limits<std::int64_t>::max()>> subject_id;
  std::optional<PersonId> person;      // who acted
  std::optional<Instant> from, until;  // `until` itself is not in it
  std::optional<Format> format;
};
BOOST_DESCRIBE_STRUCT(TrailFile, (), (subject_kind, subject_id, person, from, until, format))

struct ClientFile {
  Date from;
  Date until;
  std::optional<Format> format;
};
BOOST_DESCRIBE_STRUCT(ClientFile, (), (from, until, format))

// A row of the table that answers a figure of the period the query names, read on the report pool.
template <class Caller, class F>
void add_figure(Table& table, access::Context& context, std::string path, std::string summary, Seen seen,
                F figure) {
  using T = std::invoke_result_t<F&, Snapshot&, const Period&>;
  table.get(std::move(path), std::move(summary), options::none,
            [&context, seen, figure](const Call& call, const Caller& who,
                                     const Query<Asked>& about) -> Task<Result<Reply<T>>> {
              co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<T>> {
                auto of = period(db, who, *about, call.now, seen);
                if (!of) return of.error();
                return Reply<T>(figure(db, *of));
              });
            });
}

// What a file is of, and how its rows go on.
template <class Row>
struct Contents {
  std::string_view subject_kind;
  std::int64_t subject;
  json::value asked;
  NextRows<Row> next;
};

// A file of what `contents` finds. That it left the house, and about what, is on the trail before its first
// byte.
template <class Row, class F>
Task<Result<Reply<Raw>>> take_out(access::Context& context, const Call& call, const Identity& who,
                                  std::string_view name, std::optional<Format> format, const F& contents) {
  auto of = co_await context.store.write("report.export", [&](Transaction& tx) -> Result<Contents<Row>> {
    Result<Contents<Row>> found = contents(tx);
    if (found)
      access::audit(tx, access::actor_of(call, who), "report.export", found->subject_kind, found->subject,
                    call.now, {{"list", name}, {"asked", found->asked}});
    return found;
  });
  if (!of) co_return of.error();
  co_return export_rows<Row>(context.store, format.value_or(Format::csv), name, std::move(of->next));
}

// A row of the table that answers a list of the period the query names as a file: who may take it, how much
// of it they see, and how it goes on from a row. The file is called as the path ends.
template <class Caller, class Row>
void add_file(Table& table, access::Context& context, std::string path, std::string summary, Seen seen,
              std::vector<Row> (*next)(Snapshot&, const Period&, const Row*, std::int64_t)) {
  const std::string name = path.substr(path.rfind('/') + 1);
  table.get(std::move(path), std::move(summary), options::none,
            [&context, name, seen, next](const Call& call, const Caller& who,
                                         const Query<FileAsked>& about) -> Task<Result<Reply<Raw>>> {
              const auto contents = [&](Transaction& tx) -> Result<Contents<Row>> {
                auto of = period(tx, who, *about, call.now, seen);
                if (!of) return of.error();
                return Contents<Row>{"site", of->site.value, json::encode(static_cast<const Asked&>(*about)),
                                     [next, period = *of](Snapshot& db, const Row* last, std::int64_t limit) {
                                       return next(db, period, last, limit);
                                     }};
              };
              co_return co_await take_out<Row>(context, call, who, name, about->format, contents);
            });
}

void figures(Table& table, access::Context& context) {
  add_figure<Counselor>(table, context, "/api/v1/reports/attendance",
                        "How sessions of a period turned out, by hour of the week and group", Seen::work,
                        attendance_figures);
  add_figure<Counselor>(table, context, "/api/v1/reports/seats",
                        "How full sessions of groups were, by group and counselor", Seen::work, seat_figures);
  add_figure<Counselor>(table, context, "/api/v1/reports/hours",
                        "How clients' weeks stood against the hours their level asks for, by level of care",
                        Seen::clients, hours_figures);
  add_figure<Counselor>(table, context, "/api/v1/reports/sheets",
                        "How many sheets are open, were closed or signed late, or amended", Seen::work,
                        sheet_figures);
  add_figure<StaffMember>(table, context, "/api/v1/reports/enquiries",
                          "How long whoever asked for help waited for the first call, and what came of it",
                          Seen::site, enquiry_figures);
  add_figure<Supervisor>(table, context, "/api/v1/reports/census", "Who is in care, who came and who went",
                         Seen::clients, census);
  add_figure<Supervisor>(table, context, "/api/v1/reports/load",
                         "How many clients and sessions each counselor has", Seen::work,
                         [](Snapshot& db, const Period& of) {
                           return Page<Load>{counselor_load(db, of), {}};
                         });
}

void files(Table& table, access::Context& context) {
  add_file<Supervisor>(table, context, "/api/v1/exports/attendance",
                       "Everybody's attendance at a site, as a file", Seen::work, site_attendance);
  add_file<Supervisor>(table, context, "/api/v1/exports/sessions", "The sessions of a site, as a file",
                       Seen::work, site_sessions);
  add_file<Supervisor>(table, context, "/api/v1/exports/clients", "Whoever was in care at a site, as a file",
                       Seen::clients, site_clients);
  add_file<Counselor>(table, context, "/api/v1/exports/sheets", "How sheets of a site were kept, as a file",
                      Seen::work, site_sheets);
  add_file<Counselor>(table, context, "/api/v1/exports/hours", "Clients' weeks and how they stood, as a file",
                      Seen::clients, site_hours);
  add_file<StaffMember>(table, context, "/api/v1/exports/groups", "The groups of a site, as a file",
                        Seen::site, site_groups);
  add_file<StaffMember>(table, context, "/api/v1/exports/enrolments",
                        "Who was in the groups of a site, as a file", Seen::site, site_enrolments);
  add_file<StaffMember>(table, context, "/api/v1/exports/enquiries",
                        "Enquiries at a site, without numbers and names, as a file", Seen::site,
                        site_enquiries);
  add_file<Counselor>(table, context, "/api/v1/exports/waitlist",
                      "Who waited for a seat at a site, as a file", Seen::site, site_waits);
  add_file<Counselor>(table, context, "/api/v1/exports/tasks", "What was to be done about clients, as a file",
                      Seen::clients, site_tasks);
  add_file<Counselor>(table, context, "/api/v1/exports/consents", "Consents that were in force, as a file",
                      Seen::clients, site_consents);
  add_file<Counselor>(table, context, "/api/v1/exports/disclosures", "What was told of clients, as a file",
                      Seen::clients, site_disclosures);
  add_file<StaffMember>(table, context, "/api/v1/exports/reminders",
                        "What clients were reminded of, as a file", Seen::clients, site_reminders);
  add_file<Counselor>(table, context, "/api/v1/exports/occurrences",
                      "Outside meetings of clients: what they say of having gone, and what is verified, as a "
                      "file",
                      Seen::clients, site_occurrences);
}

// Files that are of no period.
void other_files(Table& table, access::Context& context) {
  table.get("/api/v1/exports/meetings", "The outside meetings, as a file", options::none,
            [&](const Call& call, const StaffMember& who,
                const Query<PlainFile>& about) -> Task<Result<Reply<Raw>>> {
              const auto contents = [](Transaction&) -> Result<Contents<MeetingRow>> {
                return Contents<MeetingRow>{"meeting", 0, json::object{}, all_meetings};
              };
              co_return co_await take_out<MeetingRow>(context, call, who, "meetings", about->format,
                                                      contents);
            });

  table.get("/api/v1/exports/audit",
            "The audit trail, of one subject, of whoever acted, of days or of all, as a file", options::none,
            [&](const Call& call, const Supervisor& who,
                const Query<TrailFile>& about) -> Task<Result<Reply<Raw>>> {
              const auto contents = [&](Transaction&) -> Result<Contents<AuditRow>> {
                if (about->subject_kind.has_value() != about->subject_id.has_value())
                  return invalid(about->subject_kind ? "?subject_id" : "?subject_kind", "missing",
                                 "subject_kind and subject_id come together.");
                access::AuditQuery query;
                json::object asked;
                if (about->subject_kind) {
                  query.subject = access::AuditSubject{*about->subject_kind, *about->subject_id};
                  asked = {{"subject_kind", query.subject->kind}, {"subject_id", query.subject->id}};
                }
                query.person = about->person;
                query.from = about->from;
                query.until = about->until;
                if (about->person) asked["person"] = about->person->value;
                if (about->from) asked["from"] = to_string(*about->from);
                if (about->until) asked["until"] = to_string(*about->until);
                // The trail of a client tells as much as the record does, and stands with it.
                const bool of_client = query.subject && query.subject->kind == "client";
                const std::int64_t of = of_client ? query.subject->id : 0;
                return Contents<AuditRow>{of_client ? "client" : "audit", of, std::move(asked),
                                          [query](Snapshot& db, const AuditRow* last, std::int64_t limit) {
                                            return trail(db, query, last, limit);
                                          }};
              };
              co_return co_await take_out<AuditRow>(context, call, who, "audit", about->format, contents);
            });

  table.get("/api/v1/clients/{client}/attendance", "A client's attendance over a period, as a file",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<ClientFile>& about) -> Task<Result<Reply<Raw>>> {
              const auto client = call.id<ClientId>("client");
              auto of = co_await context.store.write(
                  "client.view_attendance", [&](Transaction& tx) -> Result<Period> {
                    if (!people::may_read(tx, who, client, call.now)) return not_found("client");
                    Asked asked{about->from, about->until, {}, {}, {}};
                    asked.site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
                    auto found = period(tx, who, asked, call.now);
                    if (found)
                      access::audit_view(tx, access::actor_of(call, who), "client.view_attendance", client,
                                         call.now);
                    return found;
                  });
              if (!of) co_return of.error();
              NextRows<AttendanceRow> rows = [client, period = *of](Snapshot& db, const AttendanceRow* last,
                                                                    std::int64_t limit) {
                return client_attendance(db, client, period, last, limit);
              };
              co_return export_rows<AttendanceRow>(context.store, about->format.value_or(Format::csv),
                                                   "attendance", std::move(rows));
            });
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("reports");
  figures(table, context);
  files(table, context);
  other_files(table, context);
}

}  // namespace circled::reports
