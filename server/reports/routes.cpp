#include "reports/routes.hpp"

#include "people/reach.hpp"
#include "reports/export.hpp"
#include "reports/figures.hpp"
#include "reports/lists.hpp"

namespace circled::reports {

using namespace api;

namespace {

struct FileAsked : Asked {
  std::optional<Format> format;  // csv when left out
};
BOOST_DESCRIBE_STRUCT(FileAsked, (Asked), (format))

struct ClientFile {
  Date from;
  Date until;
  std::optional<Format> format;
};
BOOST_DESCRIBE_STRUCT(ClientFile, (), (from, until, format))

access::Actor actor(const Call& call, const Identity& who) { return {who.account, call.request.id}; }

// A figure of the period that the query names, read on the report pool.
template <class F>
auto figure(access::Context& context, const Identity& who, const Asked& about, F f)
    -> Task<Result<Reply<std::invoke_result_t<F&, Snapshot&, const Period&>>>> {
  using T = std::invoke_result_t<F&, Snapshot&, const Period&>;
  co_return co_await context.store.report([&](Snapshot& db) -> Result<Reply<T>> {
    auto of = period(db, who, about);
    if (!of) return of.error();
    return Reply<T>(f(db, *of));
  });
}

// A file of the period's rows. That it left the house, and about what, is on the trail before its first byte.
template <class Row>
Task<Result<Reply<Raw>>> file(access::Context& context, const Call& call, const Identity& who,
                              const FileAsked& about, std::string_view name,
                              std::vector<Row> (*next)(Snapshot&, const Period&, const Row*, std::int64_t)) {
  auto of = co_await context.store.write("report.export", [&](Transaction& tx) -> Result<Period> {
    auto found = period(tx, who, about);
    if (found)
      access::audit(tx, actor(call, who), "report.export", "site", found->site.value, call.now,
                    {{"list", name}, {"asked", json::encode(static_cast<const Asked&>(about))}});
    return found;
  });
  if (!of) co_return of.error();
  NextRows<Row> rows = [next, period = *of](Snapshot& db, const Row* last, std::int64_t limit) {
    return next(db, period, last, limit);
  };
  co_return export_rows<Row>(context.store, about.format.value_or(Format::csv), name, std::move(rows));
}

}  // namespace

void routes(Table& table, access::Context& context) {
  table.room("reports");

  table.get("/api/v1/reports/attendance",
            "How sessions of a period turned out, by hour of the week and group", options::none,
            [&](const Call& call, const Counselor& who,
                const Query<Asked>& about) -> Task<Result<Reply<AttendanceFigures>>> {
              co_return co_await figure(context, who, *about, [&](Snapshot& db, const Period& of) {
                return attendance_figures(db, of, call.now);
              });
            });

  table.get(
      "/api/v1/reports/census", "Who is in care, who came and who went", options::none,
      [&](const Call&, const Supervisor& who, const Query<Asked>& about) -> Task<Result<Reply<Census>>> {
        co_return co_await figure(context, who, *about,
                                  [](Snapshot& db, const Period& of) { return census(db, of); });
      });

  table.get(
      "/api/v1/reports/load", "How many clients and sessions each counselor has", options::none,
      [&](const Call&, const Supervisor& who, const Query<Asked>& about) -> Task<Result<Reply<Page<Load>>>> {
        co_return co_await figure(context, who, *about, [](Snapshot& db, const Period& of) {
          return Page<Load>{counselor_load(db, of), {}};
        });
      });

  table.get("/api/v1/exports/attendance", "Everybody's attendance at a site, as a file", options::none,
            [&](const Call& call, const Supervisor& who,
                const Query<FileAsked>& about) -> Task<Result<Reply<Raw>>> {
              co_return co_await file<AttendanceRow>(context, call, who, *about, "attendance",
                                                     &site_attendance);
            });

  table.get("/api/v1/exports/sessions", "The sessions of a site, as a file", options::none,
            [&](const Call& call, const Supervisor& who,
                const Query<FileAsked>& about) -> Task<Result<Reply<Raw>>> {
              co_return co_await file<SessionRow>(context, call, who, *about, "sessions", &site_sessions);
            });

  table.get("/api/v1/exports/clients", "Whoever was in care at a site, as a file", options::none,
            [&](const Call& call, const Supervisor& who,
                const Query<FileAsked>& about) -> Task<Result<Reply<Raw>>> {
              co_return co_await file<ClientRow>(context, call, who, *about, "clients", &site_clients);
            });

  table.get("/api/v1/clients/{client}/attendance", "A client's attendance over a period, as a file",
            options::record,
            [&](const Call& call, const Counselor& who,
                const Query<ClientFile>& about) -> Task<Result<Reply<Raw>>> {
              const auto client = call.id<ClientId>("client");
              auto of = co_await context.store.write(
                  "client.view_attendance", [&](Transaction& tx) -> Result<Period> {
                    if (!people::reaches(tx, who, client, call.now)) return not_found("client");
                    Asked asked{about->from, about->until, {}, {}, {}};
                    asked.site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
                    auto found = period(tx, who, asked);
                    if (found)
                      access::audit_view(tx, actor(call, who), "client.view_attendance", client, call.now);
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

}  // namespace circled::reports
