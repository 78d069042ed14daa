// Lists for other programs: CSV or JSON, row by row, as long as they are. What is held in memory is one part;
// each part is read on the report pool, from where the last one ended, so that a change in between is seen
// from there on and no writer waits for a reader.
#pragma once
#include <functional>
#include <memory>

#include "api/route.hpp"
#include "base/csv.hpp"
#include "store/store.hpp"

namespace circled::reports {

enum class Format { csv, json };
BOOST_DESCRIBE_ENUM(Format, csv, json)

// Up to `limit` rows that come after `last`, or the first ones when that is null; fewer only at the end.
template <class Row>
using NextRows = std::function<std::vector<Row>(Snapshot& db, const Row* last, std::int64_t limit)>;

inline constexpr std::int64_t rows_a_part = 4000;  // some hundred kilobytes

namespace detail {

template <class Row>
struct Export {
  Store& store;
  const Format format;
  const NextRows<Row> next;
  std::optional<Row> last;
  bool begun = false, ended = false;

  // The next part's text; runs on the pool.
  std::string part(Snapshot& db) {
    const auto rows = next(db, last ? &*last : nullptr, rows_a_part);
    std::string text;
    if (!std::exchange(begun, true)) {
      if (format == Format::json)
        text += '[';
      else
        csv::put_header<Row>(text += csv::byte_order_mark);
    }
    for (const Row& row : rows) {
      if (format == Format::csv) {
        csv::put_row(text, row);
        continue;
      }
      if (last || &row != rows.data()) text += ',';
      text += '\n';
      text += json::to_text(row);
    }
    if (!rows.empty()) last = rows.back();
    ended = static_cast<std::int64_t>(rows.size()) < rows_a_part;
    if (ended && format == Format::json) text += "\n]\n";
    return text;
  }
};

}  // namespace detail

// `name` is the file's, without its ending: letters and hyphens.
template <class Row>
api::Reply<api::Raw> export_rows(Store& store, Format format, std::string_view name, NextRows<Row> next) {
  const bool as_csv = format == Format::csv;
  api::Reply<api::Raw> reply(
      api::Raw{as_csv ? "text/csv; charset=utf-8; header=present" : "application/json", {}});
  reply.headers.emplace_back("Content-Disposition",
                             "attachment; filename=\"" + std::string(name) + (as_csv ? ".csv\"" : ".json\""));
  auto state = std::make_shared<detail::Export<Row>>(store, format, std::move(next));
  reply.body.more = [state](std::string& part) -> Task<bool> {
    if (state->ended) co_return false;
    part = co_await state->store.report([&](Snapshot& db) { return state->part(db); });
    co_return true;
  };
  return reply;
}

}  // namespace circled::reports
