// Prints what is in a folder: each file with its size, its compressed size and its digest, and a summary.
#include "cargo.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sqlite3.h>
#include <stdexcept>
#include <vector>

namespace {

struct Closer {
  void operator()(sqlite3 *database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer>;

Statement prepare(const Database &database, const char *text) {
  sqlite3_stmt *statement = nullptr;
  if (sqlite3_prepare_v2(database.get(), text, -1, &statement, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(database.get()));
  return Statement(statement);
}

void list(const std::filesystem::path &folder) {
  sqlite3 *opened = nullptr;
  if (sqlite3_open(":memory:", &opened) != SQLITE_OK) throw std::runtime_error("no memory for the database");
  Database database(opened);
  sqlite3_exec(database.get(), "CREATE TABLE files (name TEXT, size INTEGER, packed INTEGER)", nullptr, nullptr, nullptr);

  std::vector<std::filesystem::path> paths;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());

  for (const auto &path : paths) {
    const std::string content = read_file(path);
    const std::string name = path.filename();
    const unsigned long packed = compressed_size(content);
    std::cout << name << '\t' << content.size() << '\t' << packed << '\t' << digest(content) << '\n';
    Statement insert = prepare(database, "INSERT INTO files VALUES (?, ?, ?)");
    sqlite3_bind_text(insert.get(), 1, name.c_str(), -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(insert.get(), 2, static_cast<sqlite3_int64>(content.size()));
    sqlite3_bind_int64(insert.get(), 3, static_cast<sqlite3_int64>(packed));
    sqlite3_step(insert.get());
  }

  Statement sum = prepare(database, "SELECT count(*), coalesce(sum(size), 0), coalesce(sum(packed), 0) FROM files");
  sqlite3_step(sum.get());
  std::cout << sqlite3_column_int64(sum.get(), 0) << " files, " << sqlite3_column_int64(sum.get(), 1) << " bytes, "
            << sqlite3_column_int64(sum.get(), 2) << " compressed\n";
}

} // namespace

int main(int count, char **arguments) {
  if (count != 2) {
    std::cerr << "usage: manifest FOLDER\n";
    return 2;
  }
  try {
    list(arguments[1]);
    return 0;
  } catch (const std::exception &error) {
    std::cerr << "manifest: " << error.what() << '\n';
    return 1;
  }
}
