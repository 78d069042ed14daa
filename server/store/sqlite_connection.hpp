// One SQLite connection behind store::Connection, with its prepared statements. Private to the engine.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "store/transaction.hpp"

namespace circled::store {

// Told the text of each statement when a connection first prepares it. Null, but in the test that asks the
// query planner about every statement of the server. Set while no connection is open; called on any thread.
inline void (*on_prepare)(std::string_view sql) = nullptr;

// SQLITE_IOERR for SQLITE_IOERR_WRITE: our connections report extended codes.
inline int primary_code(const SQLite::Exception& e) { return e.getErrorCode() & 0xff; }

class SqliteConnection final : public Connection {
 public:
  enum class Mode { write, read };
  static constexpr int busy_ms = 5000;  // how long a lock of another connection is waited for
  SqliteConnection(const std::filesystem::path& file, Mode mode);

  std::int64_t execute(std::string_view sql, std::span<const Value> parameters,
                       FunctionRef<void(const Row&)> each) override;
  void execute(std::string_view sql) {
    execute(sql, {}, [](const Row&) {});
  }
  void append(std::span<Event> events) override;
  std::int64_t scalar(std::string_view sql);

  // SQLite is in no transaction: also when it ended ours by itself after a grave error.
  bool autocommit() const;
  void checkpoint_on_close(bool yes);
  SQLite::Database& database() { return database_; }

 private:
  struct Prepared {
    SQLite::Statement statement;
    std::vector<int> index_of;  // parameter n stands at index_of[n-1]; 0 when the text skips it
    bool in_use = false;        // a row handler may run the same text again: it then gets a fresh one
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::unique_ptr<Prepared> prepare(std::string_view sql);
  std::int64_t run(Prepared& prepared, std::span<const Value> parameters, FunctionRef<void(const Row&)> each);

  SQLite::Database database_;
  std::unordered_map<std::string, std::unique_ptr<Prepared>, TextHash, std::equal_to<>> statements_;
};

}  // namespace circled::store
