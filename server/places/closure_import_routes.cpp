#include "places/closure_import.hpp"
#include "places/routes.hpp"

namespace circled::places {

using namespace api;

void closure_import_routes(Table& table, access::Context& context) {
  table.post("/api/v1/closures/import", "Takes in the closed days of an iCalendar file", options::none,
             [&](const Call& call, const Admin& who,
                 const Body<ClosureImport>& body) -> Task<Result<Reply<ClosureImportReport>>> {
               // Reading thousands of lines is no work for an I/O thread, nor for the writer.
               const auto list = co_await context.store.report(
                   [&](Snapshot&) { return read_closures(body->text, call.now); });
               if (!list) co_return list.error();
               auto report = co_await context.store.write("closures.import", [&](Transaction& tx) {
                 return import_closures(tx, {who.account, call.request.id}, *body, *list, call.now);
               });
               if (!report) co_return report.error();
               co_return Reply<ClosureImportReport>(std::move(*report));
             });
}

}  // namespace circled::places
