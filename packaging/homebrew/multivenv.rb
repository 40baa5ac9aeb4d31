# `make dist` fills in the address, the version and the sha256.
class Multivenv < Formula
  desc "Named Python environments, kept in one place, driven from the shell prompt"
  homepage "@releases@"
  url "@releases@/v@version@/multivenv-@version@.tar.gz"
  sha256 "@sha256@"
  license "MIT"

  uses_from_macos "python"

  def install
    system "make", "install", "prefix=#{prefix}", "INSTALLED_BY=homebrew"
  end

  def caveats
    <<~EOS
      Add this line to ~/.bashrc or ~/.zshrc:

        . "#{HOMEBREW_PREFIX}/share/multivenv/multivenv.sh"

      fish needs no line: it reads share/fish/vendor_conf.d.
    EOS
  end

  test do
    root = "#{HOMEBREW_PREFIX}/share/multivenv"
    run = ". #{root}/multivenv.sh && multivenv version && lsvenvs --json && multivenv upgrade"
    output = shell_output("MULTIVENV_ROOT=#{root} sh -euc '#{run}'")
    assert_match "multivenv #{version}", output
    assert_match '"environments": []', output
    assert_match "brew upgrade multivenv", output
  end
end
