#include "app/routes.hpp"

#include <fstream>

#include "access/routes.hpp"
#include "aftercare/routes.hpp"
#include "attendance/routes.hpp"
#include "calendar/routes.hpp"
#include "disclosures/routes.hpp"
#include "feeds/feed.hpp"
#include "feeds/routes.hpp"
#include "people/routes.hpp"
#include "places/routes.hpp"
#include "reminders/routes.hpp"
#include "reports/routes.hpp"
#include "tasks/routes.hpp"

namespace circled::app {

using namespace api;

namespace {

struct Alive {
  std::string status;  // "alive"
};
BOOST_DESCRIBE_STRUCT(Alive, (), (status))

struct Ready {
  std::string status;  // "ready"
};
BOOST_DESCRIBE_STRUCT(Ready, (), (status))

void operations_routes(Table& table, Operations& operations) {
  table.room("operations");

  table.get("/healthz", "Whether the process answers at all", options::none,
            [](const Call&, const Anyone&) -> Task<Result<Reply<Alive>>> { co_return Alive{"alive"}; });

  table.get("/readyz", "Whether the server can do its work: 503 while it stops or cannot write",
            options::none, [&](const Call&, const Anyone&) -> Task<Result<Reply<Ready>>> {
              const std::string why = operations.not_ready();
              if (!why.empty()) co_return Error{ErrorKind::unavailable, "not_ready", why, {}, {}, 1};
              co_return Ready{"ready"};
            });

  table.get("/metrics", "Figures in Prometheus' text format", options::none,
            [&](const Call&, const Anyone&) -> Task<Result<Reply<Raw>>> {
              // First into a variable: g++ 12 destroys twice what stands beside a co_await in one expression.
              std::string text = co_await operations.metrics();
              co_return Raw{"text/plain; version=0.0.4; charset=utf-8", std::move(text)};
            });

  table.get("/api/openapi.json", "This document", options::none,
            [&](const Call&, const Anyone&) -> Task<Result<Reply<Raw>>> {
              co_return Raw{"application/json", operations.openapi};
            });

  table.get("/api/docs", "This document as a page to read", options::none,
            [&](const Call&, const Anyone&) -> Task<Result<Reply<Raw>>> {
              co_return Raw{"text/html; charset=utf-8", operations.api_docs};
            });
}

constexpr std::string_view no_pages = R"(<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Circled: the API</title></head>
<body>
<h1>The API's page is not here</h1>
<p>The web pages have not been built, or the server was started without <code>--web</code>. With Node 20 or newer,
<code>scripts/build-web</code> builds them into <code>server/web/dist</code>.</p>
<p>The document itself: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1).</p>
</body>
</html>
)";

}  // namespace

void routes(Table& table, access::Context& context, Operations& operations) {
  operations_routes(table, operations);
  access::routes(table, context);
  places::routes(table, context);
  people::routes(table, context);
  tasks::routes(table, context);
  calendar::routes(table, context);
  attendance::routes(table, context);
  reminders::routes(table, context);
  aftercare::routes(table, context);
  feeds::routes(table, context);
  reports::routes(table, context);
  disclosures::routes(table, context);
}

void commands(live::Commands& commands, access::Context& context) {
  calendar::commands(commands, context);
  attendance::commands(commands, context);
  reminders::commands(commands, context);
  aftercare::commands(commands, context);
}

void handle_subjects() {
  calendar::handle_subjects();
  aftercare::handle_subjects();
  feeds::handle_discharge();
}

std::string api_docs_page(const std::filesystem::path& web) {
  std::ifstream in(web / "api-docs" / "index.html", std::ios::binary);
  std::string page((std::istreambuf_iterator<char>(in)), {});
  return page.empty() ? std::string(no_pages) : page;
}

}  // namespace circled::app
