#include "store/postgres_connection.hpp"

#include <endian.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace circled::store {
namespace {

// pg_type.h; the numbers are part of the protocol.
constexpr Oid type_bool = 16, type_int8 = 20, type_text = 25, type_float8 = 701;

// Answers come as text: a number's digits, 't' or 'f', a text's bytes.
class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* answer, int row) : answer_(answer), row_(row) {}
  int size() const override { return PQnfields(answer_); }
  bool is_null(int column) const override { return PQgetisnull(answer_, row_, column) != 0; }
  std::int64_t integer(int column) const override {
    const std::string_view digits = text(column);
    if (digits == "t") return 1;
    if (digits == "f" || digits.empty()) return 0;
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (ec != std::errc{} || end != digits.data() + digits.size())
      throw std::logic_error("the database answers \"" + std::string(digits) + "\" where a number is read");
    return value;
  }
  double real(int column) const override {
    const std::string_view digits = text(column);
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  std::string_view text(int column) const override {
    return {PQgetvalue(answer_, row_, column), static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
  }

 private:
  const PGresult* answer_;
  int row_;
};

// Hands over the rows; answers how many were changed.
std::int64_t hand_over(const PGresult* answer, FunctionRef<void(const Row&)> each) {
  const int rows = PQntuples(answer);
  for (int row = 0; row < rows; ++row) each(PostgresRow(answer, row));
  std::int64_t changed = 0;
  const std::string_view count = PQcmdTuples(const_cast<PGresult*>(answer));
  std::from_chars(count.data(), count.data() + count.size(), changed);
  return changed;
}

Oid type_of(const Value& value) {
  switch (value.index()) {
    case 1: return type_int8;
    case 2: return type_float8;
    case 3: return type_bool;
    case 4: return type_text;
    default: return 0;  // a NULL: whatever the place takes
  }
}

// Parameters in the protocol's binary form.
struct Bound {
  explicit Bound(std::span<const Value> parameters)
      : numbers(parameters.size()),
        values(parameters.size()),
        lengths(parameters.size()),
        formats(parameters.size(), 1) {
    for (std::size_t i = 0; i < parameters.size(); ++i) bind(i, parameters[i]);
  }

  std::vector<std::array<char, 8>> numbers;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;

 private:
  void bind(std::size_t i, const Value& value) {
    const auto big_endian = [&](std::uint64_t bits) {
      bits = htobe64(bits);
      std::memcpy(numbers[i].data(), &bits, sizeof bits);
      values[i] = numbers[i].data();
      lengths[i] = sizeof bits;
    };
    switch (value.index()) {
      case 0: values[i] = nullptr; break;
      case 1: big_endian(static_cast<std::uint64_t>(std::get<std::int64_t>(value))); break;
      case 2: big_endian(std::bit_cast<std::uint64_t>(std::get<double>(value))); break;
      case 3:
        numbers[i][0] = std::get<bool>(value) ? 1 : 0;
        values[i] = numbers[i].data();
        lengths[i] = 1;
        break;
      default: {
        const auto text = std::get<std::string_view>(value);
        values[i] = text.empty() ? "" : text.data();  // a null pointer would be a NULL
        lengths[i] = static_cast<int>(text.size());
      }
    }
  }
};

bool fits(std::span<const Oid> types, std::span<const Value> parameters) {
  if (types.size() != parameters.size()) return false;
  for (std::size_t i = 0; i < types.size(); ++i)
    if (parameters[i].index() != 0 && types[i] != type_of(parameters[i])) return false;
  return true;
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

std::string array_text(std::span<const std::int64_t> numbers) {
  std::string text = "{";
  for (const auto n : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(n);
  return text + "}";
}

std::string array_text(std::span<const std::string_view> texts) {
  std::string text = "{";
  for (const auto each : texts) {
    text += text.size() > 1 ? ",\"" : "\"";
    for (const char c : each) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

PostgresConnection::PostgresConnection(const std::string& uri, Use use) : reader_(use == Use::read) {
  // The first stands for all that the URI says; the others where it says nothing.
  const std::array<const char*, 6> names{"connect_timeout", "application_name",     "client_encoding",
                                         "dbname",          "target_session_attrs", nullptr};
  const std::array<const char*, 6> values{"10", "circled", "UTF8", uri.c_str(), "read-write", nullptr};
  connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) throw Gone(one_line(PQerrorMessage(connection_.get())));
  // What a client sends is data; what the server notes about it is for its own log.
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  script(
      "SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = "
      "'60s';"
      // Planned once, not for each value: planning a statement costs more than running it, and whatever is
      // asked often goes by an index for every value.
      "SET plan_cache_mode = 'force_generic_plan';"
      // A plan that is made for no value expects a third of a table where few rows come, and helpers or
      // compiled code for those would cost more than the answer.
      "SET max_parallel_workers_per_gather = 0; SET jit = off;"
      "SET default_transaction_isolation = '" +
      std::string(reader_ ? "repeatable read" : "serializable") + "'; SET default_transaction_read_only = " +
      (reader_ ? "on" : "off") + "; SET bytea_output = 'hex'; SET timezone = 'UTC'");
  if (PQenterPipelineMode(connection_.get()) != 1) gone("start");
}

void PostgresConnection::gone(const std::string& during) {
  throw Gone("the connection to the database broke at " + during + ": " +
             one_line(PQerrorMessage(connection_.get())));
}

void PostgresConnection::demand(int sent) {
  if (sent != 1) gone("sending");
}

void PostgresConnection::raise(const PGresult* answer, std::string_view sql) {
  const char* state_text = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : nullptr;
  const std::string_view state = state_text ? state_text : "";
  const char* primary = answer ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  // Not the detail: it may quote a row.
  const std::string what =
      std::string(primary ? primary : PQerrorMessage(connection_.get())) + " in: " + std::string(sql);
  if (state.empty() || PQstatus(connection_.get()) == CONNECTION_BAD) gone("an answer");
  if (state == "40001" || state == "40P01") throw Lost(what);
  // Connections ended by the server, no longer accepted, or turned read-only under us.
  if (state == "08P01") throw std::logic_error(what);  // too few arguments: a bug of ours, not of the line
  if (state.starts_with("08") || state.starts_with("57P") || (state == "25006" && !reader_) ||
      state == "53300")
    throw Gone(what);
  if (state == "57014" || state == "55P03" || state.starts_with("53") || state.starts_with("58"))
    throw TookTooLong(what);
  if (state.starts_with("23")) {
    violated_ = true;
    if (state == "23505") throw Violation(Violation::unique, what);
    if (state == "23503") throw Violation(Violation::foreign_key, what);
    if (state == "23P01" || state == "23001") throw Violation(Violation::exclusion, what);
    throw Violation(Violation::check, what);
  }
  throw std::runtime_error(what + " (" + std::string(state) + ")");
}

// A statement that is new to this connection is prepared on the way to its first use.
const std::string& PostgresConnection::prepared(std::string_view sql, std::span<const Value> parameters) {
  auto found = statements_.find(sql);
  if (found == statements_.end())
    found = statements_.emplace(std::string(sql), std::vector<Prepared>{}).first;
  for (const auto& each : found->second)
    if (fits(each.types, parameters)) return each.name;
  Prepared made{"s" + std::to_string(++statements_made_), {}};
  for (const auto& parameter : parameters) made.types.push_back(type_of(parameter));
  demand(PQsendPrepare(connection_.get(), made.name.c_str(), found->first.c_str(),
                       static_cast<int>(made.types.size()), made.types.data()));
  awaited_.push_back({Awaited::control, {}, found->first});
  made_.emplace_back(found->first, made.name);
  return found->second.emplace_back(std::move(made)).name;
}

void PostgresConnection::enqueue(std::string_view sql, std::span<const Value> parameters) {
  const std::string& name = prepared(sql, parameters);
  const Bound bound(parameters);
  demand(PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(parameters.size()),
                             bound.values.data(), bound.lengths.data(), bound.formats.data(), 0));
}

void PostgresConnection::send(std::string_view sql, std::span<const Value> parameters,
                              std::function<void(const Row&)> each) {
  enqueue(sql, parameters);
  awaited_.push_back({Awaited::control, std::move(each), statements_.find(sql)->first});
}

void PostgresConnection::sync() {
  demand(PQpipelineSync(connection_.get()));
  awaited_.push_back({Awaited::sync, {}, {}});
}

std::vector<PostgresConnection::Answer> PostgresConnection::take_answers() {
  std::vector<Answer> answers;
  Answer failure;
  std::string_view failed;
  while (!awaited_.empty()) {
    const Awaited next = std::move(awaited_.front());
    awaited_.pop_front();
    Answer answer(PQgetResult(connection_.get()));
    if (!answer) gone("an answer");
    if (next.kind == Awaited::sync) {
      if (PQresultStatus(answer.get()) != PGRES_PIPELINE_SYNC) gone("an answer");
      continue;
    }
    const auto status = PQresultStatus(answer.get());
    if (status == PGRES_FATAL_ERROR && !failure) {
      failed = next.sql;
      failure = std::move(answer);
    } else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (next.each) hand_over(answer.get(), std::ref(next.each));
      if (next.kind == Awaited::query) answers.push_back(std::move(answer));
    }
    // What is in one segment of the pipeline ends with a null for each statement.
    while (Answer more{PQgetResult(connection_.get())}) {
      if (PQresultStatus(more.get()) == PGRES_FATAL_ERROR && !failure) {
        failed = next.sql;
        failure = std::move(more);
      }
    }
    if (PQstatus(connection_.get()) == CONNECTION_BAD) {
      awaited_.clear();
      if (failure) raise(failure.get(), failed);
      gone("an answer");
    }
  }
  const auto made = std::exchange(made_, {});
  if (failure) {
    const std::string sql(failed);
    // What was being prepared may have been passed over: it is made anew, under another name.
    for (const auto& [text, name] : made)
      if (const auto found = statements_.find(text); found != statements_.end())
        std::erase_if(found->second, [&](const Prepared& each) { return each.name == name; });
    raise(failure.get(), sql);
  }
  return answers;
}

void PostgresConnection::query(std::string_view sql, std::span<const Value> parameters) {
  enqueue(sql, parameters);
  awaited_.push_back({Awaited::query, {}, statements_.find(sql)->first});
}

std::int64_t PostgresConnection::execute(std::string_view sql, std::span<const Value> parameters,
                                         FunctionRef<void(const Row&)> each) {
  query(sql, parameters);
  sync();
  return hand_over(take_answers().back().get(), each);
}

// Who reads by this has what came so far, and is ended where the next answer is missing. It is on its way
// then, and stands where it was asked for when the reads begin again.
class PostgresConnection::Asking final : public Connection {
 public:
  explicit Asking(PostgresConnection& to) : to_(to) {}
  void begin() { next_ = 0; }

  std::int64_t execute(std::string_view sql, std::span<const Value> parameters,
                       FunctionRef<void(const Row&)> each) override {
    if (next_ == steps_.size()) {
      to_.query(sql, parameters);
      to_.asked_.push_back(&steps_.emplace_back().answer);
      throw Asked{};
    }
    return hand_over(steps_[next_++].answer.get(), each);
  }

  void together(std::span<const FunctionRef<void(Connection&)>> reads) override {
    if (next_ == steps_.size()) {
      auto& each = steps_.emplace_back().each;
      for (std::size_t i = 0; i < reads.size(); ++i) each.push_back(std::make_unique<Asking>(to_));
    }
    Step& step = steps_[next_++];
    bool waits = false;
    for (std::size_t i = 0; i < reads.size(); ++i) {
      step.each[i]->begin();
      try {
        reads[i](*step.each[i]);
      } catch (const Asked&) {
        waits = true;
      }
    }
    if (waits) throw Asked{};
  }

  void append(std::span<Event>) override { throw std::logic_error("who reads appends nothing"); }

 private:
  // A statement, or several reads.
  struct Step {
    Answer answer;
    std::vector<std::unique_ptr<Asking>> each;
  };

  PostgresConnection& to_;
  std::deque<Step> steps_;
  std::size_t next_ = 0;
};

void PostgresConnection::together(std::span<const FunctionRef<void(Connection&)>> reads) {
  Asking all(*this);
  asked_.clear();  // of reads that something ended
  for (;; all.begin()) {
    try {
      return all.together(reads);
    } catch (const Asked&) {
    } catch (...) {
      settle();  // what the others have asked
      throw;
    }
    sync();
    auto answers = take_answers();
    for (std::size_t i = 0; i < answers.size(); ++i) *asked_[i] = std::move(answers[i]);
    asked_.clear();
  }
}

void PostgresConnection::settle() {
  if (awaited_.empty()) return;
  sync();
  take_answers();
}

void PostgresConnection::flush() {
  sync();
  if (PQflush(connection_.get()) < 0) gone("sending");
}

void PostgresConnection::script(const std::string& sql) {
  const bool pipelined = PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF;
  if (pipelined) leave_pipeline();
  const Answer answer(PQexec(connection_.get(), sql.c_str()));
  const auto status = PQresultStatus(answer.get());
  if (pipelined) demand(PQenterPipelineMode(connection_.get()));
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) raise(answer.get(), "a script");
}

void PostgresConnection::leave_pipeline() {
  settle();
  demand(PQexitPipelineMode(connection_.get()));
}

void PostgresConnection::reset() {
  try {
    settle();
  } catch (const Gone&) {
    throw;
  } catch (const std::exception&) {
    // Whatever was under way is being given up.
  }
  if (PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) return;
  control("ROLLBACK");
  settle();
}

// One statement for all, which travels with the next. Receivers are locked in ascending order.
void PostgresConnection::append(std::span<Event> events) {
  std::vector<std::int64_t> persons, times, after(events.size());
  std::vector<std::string_view> bodies;
  for (const auto& event : events) {
    persons.push_back(event.receiver.value);
    times.push_back(to_millis(event.at));
    bodies.push_back(*event.body);
  }
  // How many of the same receiver's come after each.
  for (std::size_t i = events.size(); i-- > 1;)
    if (persons[i - 1] == persons[i]) after[i - 1] = after[i] + 1;
  const std::string a = array_text(persons), b = array_text(after), c = array_text(times),
                    d = array_text(bodies);
  const std::array<Value, 4> what{std::string_view(a), std::string_view(b), std::string_view(c),
                                  std::string_view(d)};
  send(
      "WITH owed AS (SELECT * FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[]), CAST($3 AS bigint[]), "
      "CAST($4 AS text[])) AS e (person, after, at, body)), "
      "numbered AS (INSERT INTO stream (person_id, last_seq) "
      "SELECT person, count(*) FROM owed GROUP BY person ORDER BY person "
      "ON CONFLICT (person_id) DO UPDATE SET last_seq = stream.last_seq + excluded.last_seq "
      "RETURNING person_id, last_seq), "
      "written AS (INSERT INTO stream_event (person_id, seq, at, body) "
      "SELECT o.person, n.last_seq - o.after, o.at, o.body FROM owed o "
      "JOIN numbered n ON n.person_id = o.person) "
      "SELECT person_id, last_seq FROM numbered",
      what, [events, after = std::move(after)](const Row& row) {
        const auto of = std::ranges::equal_range(events, PersonId(row.integer(0)), {}, &Event::receiver);
        for (Event& event : of)
          event.seq = row.integer(1) - after[static_cast<std::size_t>(&event - events.data())];
      });
}

}  // namespace circled::store
