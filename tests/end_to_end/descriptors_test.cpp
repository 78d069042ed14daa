// A server that has no descriptor left: nobody who is connected notices, and whoever comes waits.
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <set>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;

namespace {

// Leaves a server exactly the descriptors it has open now, until this object goes.
class NoneLeft {
 public:
  explicit NoneLeft(const Server& server) : pid_(server.pid()) {
    // A number that is free below others would be taken first, so the gaps are filled with connections.
    std::set<int> open = descriptors();
    while (*open.rbegin() + 1 != static_cast<int>(open.size())) {
      fillers_.emplace_back(server.port());
      if (fillers_.back().send("GET", "/healthz").status != 200) throw std::runtime_error("no filler");
      open = descriptors();
    }
    if (::prlimit(pid_, RLIMIT_NOFILE, nullptr, &before_) != 0) throw std::runtime_error("prlimit");
    limit(open.size());
  }
  ~NoneLeft() { limit(before_.rlim_cur); }
  NoneLeft(const NoneLeft&) = delete;

 private:
  std::set<int> descriptors() const {
    std::set<int> open;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd"))
      open.insert(std::stoi(entry.path().filename().string()));
    return open;
  }
  void limit(rlim_t n) const {
    const rlimit now{n, before_.rlim_max};
    ::prlimit(pid_, RLIMIT_NOFILE, &now, nullptr);
  }

  pid_t pid_;
  rlimit before_{};
  std::vector<Http> fillers_;
};

// Asks for what needs the database, on a connection that exists, until the log says `words`.
void ask_until_logged(Programme& programme, Person& who, const std::string& words) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (programme.server().log().find(words) == std::string::npos) {
    REQUIRE(who.ask("GET", "/api/v1/me").status == 200);
    REQUIRE(std::chrono::steady_clock::now() < until);
  }
}

}  // namespace

TEST_CASE("without a free descriptor those who are connected are served, and the next is let in later") {
  Programme programme;
  // What the server opens at the first use of something is open before it may open nothing more.
  REQUIRE(programme.admin.ask("GET", "/metrics").status == 200);
  const auto ana = programme.add_client("Ana", programme.counselor);
  Http late(programme.port());
  {
    const NoneLeft none(programme.server());
    late.begin("GET", "/healthz", "", {});
    ask_until_logged(programme, programme.counselor, "cannot accept connections");
    // A view that is recorded before it is answered.
    CHECK(programme.counselor.ask("GET", "/api/v1/clients/" + std::to_string(ana)).status == 200);
    // Somebody leaves.
    programme.admin = Person();
    CHECK(late.finish().status == 200);
  }
  CHECK(Http(programme.port()).send("GET", "/readyz").status == 200);
  CHECK(programme.server().stop() == 0);
}

TEST_CASE("the admin socket outlives a time without descriptors") {
  Programme programme;
  {
    const NoneLeft none(programme.server());
    const int operator_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = programme.data() + "/admin.sock";
    REQUIRE(path.size() < sizeof address.sun_path);
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::connect(operator_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ask_until_logged(programme, programme.counselor, "admin socket: cannot accept");
    ::close(operator_);
  }
  const Finished listed = run({"account", "list", "--data", programme.data()});
  CHECK(listed.code == 0);
  CHECK(listed.out.find("cara") != std::string::npos);
}
