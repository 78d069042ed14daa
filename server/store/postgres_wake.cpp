#include "store/postgres_wake.hpp"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/clock.hpp"

namespace circled::store {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 1s;  // what a lost bell costs
constexpr auto kept = 10min;       // of the table; a server that was away for longer has missed something
constexpr std::int64_t page = 2000;

}  // namespace

// By transaction, for nothing but the end of the table is of interest: in the order of their numbers the
// planner would walk over all ten minutes of it for every bell.
const char* const wake_rows =
    "SELECT w.id, w.kind, w.receiver_id, w.seq, w.subject_id, w.site_id, w.audience, e.at, e.body, "
    "CAST(w.xid AS text) "
    "FROM wake w LEFT JOIN stream_event e ON e.person_id = w.receiver_id AND e.seq = w.seq "
    "WHERE (w.xid, w.id) > (CAST($1 AS xid8), $2) AND w.node <> $3 ORDER BY w.xid, w.id LIMIT $4";

void write_wake(PostgresConnection& connection, const std::string& node, Instant now, const Committed& left) {
  if (left.events.empty() && left.hints.empty()) return;
  // Zero stands for nothing: a site of zero is every site.
  std::vector<std::string_view> kinds, audiences;
  std::vector<std::int64_t> receivers, seqs, subjects, sites;
  const auto add = [&](std::string_view kind, std::int64_t receiver, std::int64_t seq, std::int64_t subject,
                       std::int64_t site, std::string_view audience) {
    kinds.push_back(kind);
    receivers.push_back(receiver);
    seqs.push_back(seq);
    subjects.push_back(subject);
    sites.push_back(site);
    audiences.push_back(audience);
  };
  for (const auto& event : left.events) add("event", event.receiver.value, event.seq, 0, 0, "internal");
  for (const auto& hint : left.hints)
    add(hint.kind, 0, 0, hint.id, hint.site.value, hint.audience == Hint::staff ? "staff" : "internal");
  const std::string a = array_text(kinds), b = array_text(receivers), c = array_text(seqs),
                    d = array_text(subjects), e = array_text(sites), f = array_text(audiences);
  const std::array<Value, 8> values{to_millis(now),      std::string_view(node), std::string_view(a),
                                    std::string_view(b), std::string_view(c),    std::string_view(d),
                                    std::string_view(e), std::string_view(f)};
  connection.send(
      "INSERT INTO wake (at, node, kind, receiver_id, seq, subject_id, site_id, audience) "
      "SELECT $1, $2, w.kind, NULLIF(w.receiver, 0), NULLIF(w.seq, 0), w.subject, NULLIF(w.site, 0), "
      "w.audience "
      "FROM unnest(CAST($3 AS text[]), CAST($4 AS bigint[]), CAST($5 AS bigint[]), CAST($6 AS bigint[]), "
      "CAST($7 AS bigint[]), CAST($8 AS text[])) AS w (kind, receiver, seq, subject, site, audience)",
      values);
}

void clean_wake(PostgresConnection& connection, Instant now) {
  const std::array<Value, 1> before{to_millis(now - kept)};
  connection.control("BEGIN ISOLATION LEVEL READ COMMITTED");  // nobody's transaction is lost for it
  connection.later("DELETE FROM wake WHERE id IN (SELECT id FROM wake WHERE at < $1 ORDER BY at LIMIT 10000)",
                   before);
  connection.control("COMMIT");
  connection.settle();
}

Wake::Wake(std::string uri, std::string node, Sink sink)
    : uri_(std::move(uri)), node_(std::move(node)), sink_(std::move(sink)) {
  signal_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signal_ < 0) throw std::runtime_error("no eventfd");
}

Wake::~Wake() {
  stop();
  ::close(signal_);
}

void Wake::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void)!::write(signal_, &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

// Before this returns it is known where the following begins: whoever connects afterwards finds all that is
// older in their stream, and is told of all that is newer.
void Wake::start() {
  try {
    PostgresConnection connection(uri_);
    begin(connection);
  } catch (const Gone& e) {
    spdlog::warn("store: other servers are not heard yet: {}", e.what());
  }
  thread_ = std::thread([this] { run(); });
}

void Wake::begin(PostgresConnection& connection) {
  connection.execute("SELECT CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text)", {},
                     [&](const Row& row) { seen_ = row.text(0); });
  delivered_.clear();
  heard_at_ = std::chrono::steady_clock::now();
}

void Wake::ring() {
  if (rung_.exchange(true)) return;
  const std::uint64_t one = 1;
  (void)!::write(signal_, &one, sizeof one);
}

void Wake::run() {
  auto pause = 50ms;
  while (!stopping_) {
    try {
      PostgresConnection connection(uri_);
      connection.script("SET default_transaction_isolation = 'read committed'; LISTEN circled_wake");
      if (seen_.empty() || std::chrono::steady_clock::now() - heard_at_ > kept) {
        begin(connection);
        Committed all;
        all.hints.push_back({std::string(missed), 0, SiteId(), Hint::internal});
        sink_(std::move(all));
      }
      pause = 50ms;
      follow(connection);
    } catch (const std::exception& e) {
      if (stopping_) return;
      spdlog::warn("store: other servers are not heard for the moment: {}", e.what());
    }
    pollfd until_end{signal_, POLLIN, 0};
    ::poll(&until_end, 1, static_cast<int>(pause.count()));
    pause = std::min(pause * 2, 2000ms);
  }
}

void Wake::follow(PostgresConnection& connection) {
  const auto pass_on = [&] {
    if (!rung_.exchange(false)) return;
    connection.control("NOTIFY circled_wake");
    connection.settle();
  };
  for (bool others = true; !stopping_; others = wait(connection)) {
    if (others) read(connection);
    pass_on();
  }
  pass_on();
}

// Everything that has become visible since the last reading.
void Wake::read(PostgresConnection& connection) {
  // Taken before the rows are: nothing below it can appear after them.
  std::string next;
  connection.send("SELECT CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text)", {},
                  [&](const Row& row) { next = row.text(0); });
  std::string transaction = seen_;
  std::int64_t after = 0, rows = 0;
  std::unordered_set<std::int64_t> above;
  do {
    rows = 0;
    Committed heard;
    const std::array<Value, 4> values{std::string_view(transaction), after, std::string_view(node_), page};
    std::string last;
    connection.execute(wake_rows, values, [&](const Row& row) {
      ++rows;
      after = row.integer(0);
      last = row.text(9);
      above.insert(after);
      if (delivered_.contains(after)) return;
      if (row.text(1) == "event") {
        if (row.is_null(8)) return;  // pruned already
        heard.events.push_back({PersonId(row.integer(2)), from_millis(row.integer(7)), row.integer(3),
                                std::make_shared<const std::string>(row.text(8))});
      } else {
        heard.hints.push_back({std::string(row.text(1)), row.integer(4),
                               SiteId(row.is_null(5) ? 0 : row.integer(5)),
                               row.text(6) == "staff" ? Hint::staff : Hint::internal});
      }
    });
    transaction = std::move(last);
    if (!heard.events.empty() || !heard.hints.empty()) sink_(std::move(heard));
  } while (rows == page);
  seen_ = next;
  delivered_ = std::move(above);
  heard_at_ = std::chrono::steady_clock::now();
}

// Until a bell rings here or elsewhere, or a second has passed without a look at what others wrote; answers
// whether it is time for one. What this server writes itself it need not read.
bool Wake::wait(PostgresConnection& connection) {
  PGconn* const raw = connection.raw();
  const auto heard = [&] {
    PQconsumeInput(raw);
    bool any = false;
    while (PGnotify* notify = PQnotifies(raw)) {
      any = any || notify->be_pid != PQbackendPID(raw);
      PQfreemem(notify);
    }
    return any;
  };
  const auto left = [&] {
    return std::max(
        std::chrono::ceil<Milliseconds>(heard_at_ + longest_wait - std::chrono::steady_clock::now()), 0ms);
  };
  bool others = heard();
  while (!stopping_ && !rung_ && !others && left() > 0ms) {
    std::array<pollfd, 2> either{{{signal_, POLLIN, 0}, {PQsocket(raw), POLLIN, 0}}};
    ::poll(either.data(), either.size(), static_cast<int>(left().count()));
    if ((either[1].revents & (POLLHUP | POLLERR)) != 0) throw Gone("the connection to the database broke");
    others = heard();
  }
  std::uint64_t drained = 0;
  (void)!::read(signal_, &drained, sizeof drained);
  return others || left() == 0ms;
}

}  // namespace circled::store
