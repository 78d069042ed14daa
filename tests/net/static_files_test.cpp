// Static files from a folder made for the test.
#include "net/static_files.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "support/result.hpp"

using namespace circled;
using net::StaticFiles;
namespace fs = std::filesystem;

namespace {
struct Folder {
  fs::path path = fs::temp_directory_path() / ("circled_web_" + std::to_string(::getpid()));
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  void put(const std::string& name, std::string_view text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
};

StaticFiles::Answer get(const StaticFiles& files, std::string target, api::Headers headers = {},
                        api::Method method = api::Method::get) {
  api::Request request;
  request.method = method;
  request.target = std::move(target);
  request.headers = std::move(headers);
  return files.answer(request);
}

std::string header(const StaticFiles::Answer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.head.headers) {
    if (key == name) return value;
  }
  return {};
}
}  // namespace

TEST_CASE("a worker may ask for files, and no other script brings a policy of its own") {
  Folder folder;
  folder.put("app-worker.js", "1");
  folder.put("assets/app-1.js", "1");
  const auto files = StaticFiles::load(folder.path);
  CHECK(header(get(*files, "/app-worker.js"), "Content-Security-Policy") ==
        "default-src 'none'; connect-src 'self'; frame-ancestors 'none'");
  CHECK(header(get(*files, "/app-worker.js"), "Cache-Control") == "no-cache");
  CHECK(header(get(*files, "/assets/app-1.js"), "Content-Security-Policy").empty());
}

TEST_CASE("pages, assets and their caching") {
  Folder folder;
  folder.put("index.html", "<p>first page</p>");
  folder.put("app.html", "<p>app</p>");
  folder.put("help.html", "<p>help</p>");
  folder.put("answer.html", "<p>answer</p>");
  folder.put("assets/main-3f2a.js", "let a");
  folder.put("favicon.svg", "<svg/>");
  folder.put("sub dir/x.bin", "x");
  const auto files = StaticFiles::load(folder.path);
  REQUIRE(files);

  const auto first = get(*files, "/?x=1");
  CHECK(first.head.status == 200);
  CHECK(first.file == "<p>first page</p>");
  CHECK(first.head.content_type == "text/html; charset=utf-8");
  CHECK(header(first, "Cache-Control") == "no-cache");
  CHECK(get(*files, "/index.html").file == "<p>first page</p>");
  CHECK(get(*files, "/app").file == "<p>app</p>");
  CHECK(get(*files, "/help").file == "<p>help</p>");
  CHECK(get(*files, "/answer").file == "<p>answer</p>");

  const auto script = get(*files, "/assets/main-3f2a.js");
  CHECK(script.file == "let a");
  CHECK(script.head.content_type == "text/javascript; charset=utf-8");
  CHECK(header(script, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(get(*files, "/favicon.svg").head.content_type == "image/svg+xml");
  CHECK(get(*files, "/sub%20dir/x.bin").file == "x");
  CHECK(get(*files, "/sub%20dir/x.bin").head.content_type == "application/octet-stream");

  const std::string etag = header(script, "ETag");
  REQUIRE(etag.size() > 2);
  const auto again = get(*files, "/assets/main-3f2a.js", {{"If-None-Match", "\"other\", W/" + etag}});
  CHECK(again.head.status == 304);
  CHECK(again.file.empty());
  CHECK(get(*files, "/assets/main-3f2a.js", {{"If-None-Match", "\"other\""}}).head.status == 200);
}

TEST_CASE("nothing outside the folder, and nothing that is not a file, is served") {
  Folder folder;
  folder.put("index.html", "page");
  folder.put("assets/a.js", "a");
  folder.put("alone.js.gz", "zip");
  fs::create_symlink("/etc/passwd", folder.path / "passwd");
  const auto files = StaticFiles::load(folder.path);
  REQUIRE(files);
  for (const char* target :
       {"/../etc/passwd", "/..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../etc/passwd",
        "//etc/passwd", "/assets", "/assets/", "/assets/a.js%00", "/assets/a.js/", "/assets%5ca.js",
        "/passwd", "/%zz", "/%2", "/alone.js", "/alone.js.gz", "/INDEX.html"}) {
    INFO(std::string(target));
    CHECK(get(*files, target).head.status == 404);
  }
  CHECK(get(*files, "/nothing").head.content_type == "application/problem+json");
  CHECK(get(*files, "/nothing", {{"Accept", "text/html,*/*"}}).head.content_type ==
        "text/html; charset=utf-8");
  const auto post = get(*files, "/", {}, api::Method::post);
  CHECK(post.head.status == 405);
  CHECK(header(post, "Allow") == "GET, HEAD");
}

TEST_CASE("compressed forms go to those who accept them, with an ETag each") {
  Folder folder;
  folder.put("assets/a.js", "plain");
  folder.put("assets/a.js.gz", "gzipped");
  folder.put("assets/a.js.br", "brotli");
  const auto files = StaticFiles::load(folder.path);
  REQUIRE(files);
  auto asked = [&](const char* accept) { return get(*files, "/assets/a.js", {{"Accept-Encoding", accept}}); };
  CHECK(asked("gzip, deflate, br").file == "brotli");
  CHECK(header(asked("gzip, deflate, br"), "Content-Encoding") == "br");
  CHECK(asked("gzip").file == "gzipped");
  CHECK(header(asked("gzip"), "Content-Encoding") == "gzip");
  CHECK(asked("br;q=0, gzip;q=0.5").file == "gzipped");
  CHECK(asked("*").file == "brotli");
  CHECK(asked("*;q=0").file == "plain");
  CHECK(asked("identity").file == "plain");
  CHECK(header(asked(""), "Vary") == "Accept-Encoding");
  CHECK(header(asked("br"), "ETag") != header(asked("gzip"), "ETag"));
  CHECK(asked("br").head.content_type == "text/javascript; charset=utf-8");
  CHECK(get(*files, "/assets/a.js",
            {{"Accept-Encoding", "br"}, {"If-None-Match", header(asked("gzip"), "ETag")}})
            .head.status == 200);
}

TEST_CASE("without built pages the first page says so; a wrong folder is refused by name") {
  for (const char* missing : {"", "/nowhere/at/all"}) {
    const auto files = StaticFiles::load(missing);
    REQUIRE(files);
    const auto page = get(*files, "/");
    CHECK(page.head.status == 200);
    CHECK(page.file.find("not built") != std::string_view::npos);
    CHECK(page.file.find("/api/v1") != std::string_view::npos);
    CHECK(get(*files, "/x").head.status == 404);
  }
  Folder folder;
  folder.put("file", "x");
  const auto wrong = StaticFiles::load(folder.path / "file");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().fields.at(0).message.find((folder.path / "file").string()) != std::string::npos);
}
