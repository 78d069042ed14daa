#include "store/sqlite_connection.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace circled::store {
namespace {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(SQLite::Statement& statement) : statement_(statement) {}
  int size() const override { return statement_.getColumnCount(); }
  bool is_null(int column) const override { return statement_.isColumnNull(column); }
  std::int64_t integer(int column) const override { return statement_.getColumn(column).getInt64(); }
  double real(int column) const override { return statement_.getColumn(column).getDouble(); }
  std::string_view text(int column) const override {
    const SQLite::Column value = statement_.getColumn(column);
    const char* text = value.getText();  // before getBytes: it may convert
    return {text, static_cast<std::size_t>(value.getBytes())};
  }

 private:
  SQLite::Statement& statement_;
};

[[noreturn]] void raise(SQLite::Database& database, std::string_view sql) {
  const std::string message = std::string(database.getErrorMsg()) + " in: " + std::string(sql);
  switch (database.getExtendedErrorCode()) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: throw Violation(Violation::unique, message);
    case SQLITE_CONSTRAINT_FOREIGNKEY: throw Violation(Violation::foreign_key, message);
    case SQLITE_CONSTRAINT_TRIGGER: throw Violation(Violation::exclusion, message);
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_DATATYPE: throw Violation(Violation::check, message);
    default: throw SQLite::Exception(message, database.getErrorCode());
  }
}

void bind(SQLite::Statement& statement, int index, const Value& value, std::string& scratch) {
  switch (value.index()) {
    case 0: statement.bind(index); break;
    case 1: statement.bind(index, std::get<std::int64_t>(value)); break;
    case 2: statement.bind(index, std::get<double>(value)); break;
    case 3: statement.bind(index, static_cast<std::int64_t>(std::get<bool>(value))); break;
    default: scratch = std::get<std::string_view>(value); statement.bindNoCopy(index, scratch);
  }
}

// Once in the life of the process, before its first connection.
const std::string& configured(const std::string& file) {
  // It would count every allocation under a lock that all threads share.
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  if (done != SQLITE_OK) throw std::logic_error("SQLite was in use before it was configured");
  return file;
}

}  // namespace

SqliteConnection::SqliteConnection(const std::filesystem::path& file, Mode mode)
    : database_(configured(file.string()), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX |
                                               (mode == Mode::write ? SQLite::OPEN_CREATE : 0)) {
  sqlite3_extended_result_codes(database_.getHandle(), 1);
  database_.setBusyTimeout(busy_ms);
  if (mode == Mode::read) {
    checkpoint_on_close(false);  // query_only does not keep it from that
    database_.exec("PRAGMA query_only = 1");
  }
  database_.exec("PRAGMA wal_autocheckpoint = 0");
  database_.exec("PRAGMA cache_size = -65536");
  database_.exec("PRAGMA mmap_size = 2147418112");  // the most that SQLite maps
  // Nothing about anybody in a temporary file; and a savepoint's journal in one costs a booking a third of
  // its time.
  database_.exec("PRAGMA temp_store = MEMORY");
  database_.exec("PRAGMA trusted_schema = 0");
}

std::unique_ptr<SqliteConnection::Prepared> SqliteConnection::prepare(std::string_view sql) {
  if (on_prepare) on_prepare(sql);
  auto prepared =
      std::make_unique<Prepared>(Prepared{SQLite::Statement(database_, std::string(sql)), {}, false});
  const int used = prepared->statement.getBindParameterCount();
  for (int n = 1, found = 0; found < used; ++n) {
    if (n > 999) throw std::logic_error("parameters are $1 … $999, nothing else, in: " + std::string(sql));
    const int index = prepared->statement.getIndex(("$" + std::to_string(n)).c_str());
    prepared->index_of.push_back(index);
    if (index != 0) ++found;
  }
  return prepared;
}

std::int64_t SqliteConnection::execute(std::string_view sql, std::span<const Value> parameters,
                                       FunctionRef<void(const Row&)> each) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    // Far more than there are literals; only texts put together at run time get here. All begin again.
    if (statements_.size() >= 1000)
      std::erase_if(statements_, [](const auto& s) { return !s.second->in_use; });
    found = statements_.emplace(std::string(sql), prepare(sql)).first;
  }
  if (found->second->in_use) {
    auto fresh = prepare(sql);
    return run(*fresh, parameters, each);
  }
  return run(*found->second, parameters, each);
}

std::int64_t SqliteConnection::run(Prepared& prepared, std::span<const Value> parameters,
                                   FunctionRef<void(const Row&)> each) {
  SQLite::Statement& statement = prepared.statement;
  // What a statement was bound to last stays bound, and may be gone.
  if (prepared.index_of.size() > parameters.size())
    throw std::logic_error("too few arguments for: " + statement.getQuery());
  std::vector<std::string> scratch(parameters.size());
  for (std::size_t i = 0; i < prepared.index_of.size(); ++i) {
    const int index = prepared.index_of[i];
    if (index != 0) bind(statement, index, parameters[i], scratch[i]);
  }
  // An un-reset statement would hold its read transaction open and starve checkpoints.
  struct Reset {
    Prepared& prepared;
    ~Reset() {
      prepared.statement.tryReset();
      prepared.in_use = false;
    }
  } reset{prepared};
  prepared.in_use = true;

  const SqliteRow row(statement);
  int code;
  while ((code = statement.tryExecuteStep()) == SQLITE_ROW) each(row);
  if (code != SQLITE_DONE) raise(database_, statement.getQuery());
  return database_.getChanges();
}

// Without RETURNING, which SQLite runs as a trigger: it would keep a journal for each statement, and cut it
// by walking along all that the command has changed so far.
void SqliteConnection::append(std::span<Event> events) {
  Transaction tx(*this);
  for (auto first = events.begin(); first != events.end();) {
    const auto last =
        std::find_if(first, events.end(), [&](const Event& e) { return e.receiver != first->receiver; });
    const auto count = static_cast<std::int64_t>(last - first);
    if (tx.run("UPDATE stream SET last_seq = last_seq + $2 WHERE person_id = $1", first->receiver, count) ==
        0)
      tx.run("INSERT INTO stream (person_id, last_seq) VALUES ($1, $2)", first->receiver, count);
    std::int64_t seq =
        tx.one<std::int64_t>("SELECT last_seq FROM stream WHERE person_id = $1", first->receiver).value() -
        count;
    for (; first != last; ++first) {
      first->seq = ++seq;
      tx.run("INSERT INTO stream_event (person_id, seq, at, body) VALUES ($1, $2, $3, $4)", first->receiver,
             first->seq, first->at, *first->body);
    }
  }
}

std::int64_t SqliteConnection::scalar(std::string_view sql) {
  std::int64_t value = 0;
  execute(sql, {}, [&](const Row& row) { value = row.integer(0); });
  return value;
}

void SqliteConnection::checkpoint_on_close(bool yes) {
  sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, yes ? 0 : 1, nullptr);
}

bool SqliteConnection::autocommit() const { return sqlite3_get_autocommit(database_.getHandle()) != 0; }

}  // namespace circled::store
