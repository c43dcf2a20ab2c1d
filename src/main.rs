fn main() -> std::process::ExitCode {
    rights_academy::cli::run()
}
