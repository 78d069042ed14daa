#include <cstdio>

#include "app/commands.hpp"
#include "app/document.hpp"
#include "app/routes.hpp"

namespace circled::app {
namespace {

// The document needs every row and no data: a store that nobody ever asks.
class NoStore final : public Store {
 public:
  store::Health health() const override { return {}; }
  void finish() override {}

 private:
  bool submit(std::unique_ptr<store::Command>&) override { return false; }
  bool on_engine_thread() const override { return false; }
  void read_here(FunctionRef<void(Snapshot&)>, Snapshot::Extent) override {
    throw std::logic_error("there is no data here");
  }
  void on_report_pool(std::function<void()>) override { throw std::logic_error("there is no data here"); }
};

}  // namespace

void with_routes(const std::function<void(const api::Table&)>& f) {
  NoStore store;
  const SystemClock clock;
  access::Context context{store, clock};
  Operations operations;
  api::Table table;
  routes(table, context, operations);
  f(table);
}

int openapi() {
  with_routes([](const api::Table& table) { std::fputs(api::openapi_text(table).c_str(), stdout); });
  return 0;
}

}  // namespace circled::app
