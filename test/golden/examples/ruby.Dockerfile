# syntax=docker/dockerfile:1
FROM ruby:3 AS build

# Gems that Debian has, in its versions
RUN apt-get update && apt-get install -y puma ruby-nokogiri ruby-sinatra ruby-sinatra-contrib

# A gem of our own, in C
COPY gems/tides /usr/src/tides
RUN cd /usr/src/tides && gem build tides.gemspec && gem install --local tides-N.gem

WORKDIR /app

COPY Gemfile .
# Without what only development needs
ENV BUNDLE_WITHOUT=development:test
RUN bundle install --local

COPY . .

ENV RACK_ENV=production

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf \
    /app/Dockerfile* /app/README.md /app/gems/tides/README.md /app/gems/tides/ext/tides/tides.c \
    /app/gems/tides/test /app/spec \
    && rm -rf /etc/ssl/private \
    && (cd /usr/lib/ruby/N && rm -rf -- \
        bundler bundler.rb irb irb.rb mkmf.rb prism rdoc rdoc.rb reline reline.rb rinda ruby_vm rubygems \
        rubygems.rb un.rb) \
    && (cd /usr/lib/ruby/N/syntax_suggest && rm -rf -- \
        api.rb around_block_scan.rb block_expand.rb capture_code_context.rb clean_document.rb \
        code_frontier.rb code_line.rb left_right_lex_count.rb) \
    && (cd /usr/lib/ruby/gems/N/gems/racc-N && rm -rf -- ChangeLog README.ja.rdoc README.rdoc doc) \
    && (cd /usr/lib/ruby/vendor_ruby && rm -rf -- multi_json multi_json.rb xmlrpc xmlrpc.rb) \
    && (cd /usr/lib/ruby/vendor_ruby/rubygems && rm -rf -- \
        command.rb command_manager.rb commands dependency_installer.rb ext gemcutter_utilities.rb \
        install_update_options.rb installer.rb package package.rb query_utils.rb remote_fetcher.rb \
        request.rb s3_uri_signer.rb security security.rb spec_fetcher.rb uninstaller.rb) \
    && (cd /usr/lib/ruby/vendor_ruby/rubygems/vendor && rm -rf -- \
        net-http net-protocol optparse resolv securerandom timeout uri) \
    && rm -rf \
        /usr/lib/x86_64-linux-gnu/ruby/N/coverage.so /usr/lib/x86_64-linux-gnu/ruby/N/objspace.so \
    && (cd /usr/lib/x86_64-linux-gnu/ruby/N/enc && rm -rf -- \
        big5.so cesu_8.so cp949.so emacs_mule.so euc_jp.so euc_kr.so euc_tw.so gb18030.so gb2312.so gbk.so \
        shift_jis.so windows_31j.so) \
    && (cd /usr/lib/x86_64-linux-gnu/ruby/N/enc/trans && rm -rf -- \
        big5.so cesu_8.so chinese.so ebcdic.so emoji.so emoji_iso2022_kddi.so emoji_sjis_docomo.so \
        emoji_sjis_kddi.so emoji_sjis_softbank.so gb18030.so gbk.so iso2022.so japanese.so japanese_euc.so \
        japanese_sjis.so korean.so utf8_mac.so) \
    && find /usr/lib/x86_64-linux-gnu/rubygems-integration \( -name '*.c' -o -name '*.h' \) \
        -prune -exec rm -rf {} + \
    && rm -rf \
        /usr/lib/x86_64-linux-gnu/rubygems-integration/N/extensions/x86_64-linux-gnu/N/oj-N \
        /usr/lib/x86_64-linux-gnu/rubygems-integration/N/gems/nio4r-N/ext/libev/Changes \
        /usr/lib/x86_64-linux-gnu/rubygems-integration/N/gems/nio4r-N/ext/libev/README \
        /usr/lib/x86_64-linux-gnu/rubygems-integration/N/gems/oj-N \
        /usr/lib/x86_64-linux-gnu/rubygems-integration/N/specifications/oj-N.gemspec \
    && find /usr/share/rubygems-integration -name '*.rbs' -prune -exec rm -rf {} + \
    && rm -rf \
        /usr/share/rubygems-integration/all/gems/bundler-N/lib/bundler/plugin/api \
        /usr/share/rubygems-integration/all/gems/bundler-N/lib/bundler/plugin/installer.rb \
        /usr/share/rubygems-integration/all/gems/webrick-N/sig/httpauth \
        /usr/share/rubygems-integration/all/gems/webrick-N/sig/httpservlet \
    && (cd /usr/share/rubygems-integration/all/gems/bundler-N/lib/bundler/cli && rm -rf -- \
        doctor.rb gem.rb outdated.rb update.rb) \
    && (cd /usr/share/rubygems-integration/all/gems/bundler-N/lib/bundler && rm -rf -- \
        compact_index_client fetcher installer man templates) \
    && (cd /usr/share/rubygems-integration/all/gems/bundler-N/lib/bundler/vendor && rm -rf -- \
        connection_pool net-http-persistent pub_grub securerandom uri) \
    && (cd /usr/share/rubygems-integration/all/gems && rm -rf -- \
        mini_portile2-N net-telnet-N pkg-config-N rake-N sinatra-contrib-N) \
    && rm -rf \
        /usr/src/tides/README.md /usr/src/tides/ext/tides/tides.c /usr/src/tides/test \
        /usr/src/tides/tides-N.gem
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
        /etc/ld.so.conf.d /etc/nsswitch.conf /etc/os-release /etc/passwd /lib /lib64 /usr/bin/bundle \
        /usr/bin/env /usr/bin/ld.so /usr/bin/puma /usr/bin/ruby /usr/bin/rubyN /usr/lib/os-release \
        /usr/lib/ruby/gems/N/extensions/x86_64-linux-gnu/N/racc-N \
        /usr/lib/ruby/gems/N/specifications /usr/lib/ssl/cert.pem /usr/lib/ssl/certs \
        /usr/lib/ssl/openssl.cnf /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/libcrypt.so \
        /usr/lib/x86_64-linux-gnu/libcrypt.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so \
        /usr/lib/x86_64-linux-gnu/libffi.so /usr/lib/x86_64-linux-gnu/libffi.so.N \
        /usr/lib/x86_64-linux-gnu/libgmp.so /usr/lib/x86_64-linux-gnu/libgmp.so.N \
        /usr/lib/x86_64-linux-gnu/libruby-N.so /usr/lib/x86_64-linux-gnu/libruby-N.so.N \
        /usr/lib/x86_64-linux-gnu/libssl.so /usr/lib/x86_64-linux-gnu/libyaml-0.so.N \
        /usr/lib/x86_64-linux-gnu/libyaml.so /usr/lib64/ld-linux-x86-64.so.N /var/lib/gems/N/extensions \
        /var/lib/gems/N/gems/tides-N/lib /var/lib/gems/N/specifications \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates coreutils libc-bin libc6 libcrypt1 libffi8 libgcc-s1 libgcrypt20 libgmp10 \
        libgpg-error0 liblzma5 libruby3.3 libssl3t64 libxml2 libxslt1.1 libyaml-0-2 libzstd1 openssl puma \
        racc ruby ruby-base64 ruby-bundler ruby-csv ruby-did-you-mean ruby-mini-portile2 ruby-multi-json \
        ruby-mustermann ruby-nio4r ruby-nokogiri ruby-rack ruby-rack-protection ruby-rack-session \
        ruby-rackup ruby-ruby2-keywords ruby-rubygems ruby-sinatra ruby-sinatra-contrib ruby-tilt \
        ruby-webrick rubyN rubygems-integration zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What the app needs
COPY --link --from=trimmed /usr/lib/ruby/N /usr/lib/ruby/N
# What the app reads
COPY --link --from=trimmed /etc/ssl /etc/ssl
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/ruby /usr/lib/x86_64-linux-gnu/ruby
# part of racc N, of which /usr/lib/ruby/gems/N/extensions/x86_64-linux-gnu/N/racc-N/racc/cparse.so is used
COPY --link --from=trimmed /usr/lib/ruby/gems/N/gems/racc-N /usr/lib/ruby/gems/N/gems/racc-N
# What the app reads
COPY --link --from=trimmed /usr/lib/ruby/vendor_ruby /usr/lib/ruby/vendor_ruby
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libcrypt.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so.N \
    /usr/lib/x86_64-linux-gnu/libexslt.so.N /usr/lib/x86_64-linux-gnu/libffi.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libgcrypt.so.N \
    /usr/lib/x86_64-linux-gnu/libgmp.so.N /usr/lib/x86_64-linux-gnu/libgpg-error.so.N \
    /usr/lib/x86_64-linux-gnu/liblzma.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libruby-N.so.N /usr/lib/x86_64-linux-gnu/libssl.so.N \
    /usr/lib/x86_64-linux-gnu/libxml2.so.N /usr/lib/x86_64-linux-gnu/libxslt.so.N \
    /usr/lib/x86_64-linux-gnu/libyaml-0.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/rubygems-integration \
    /usr/lib/x86_64-linux-gnu/rubygems-integration
COPY --link --from=trimmed /usr/share/rubygems-integration /usr/share/rubygems-integration
# The app's own files
COPY --link --from=trimmed /usr/src /usr/src
# What the app reads
COPY --link --from=trimmed /app /app
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV BUNDLE_WITHOUT=development:test RACK_ENV=production
WORKDIR /app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 4567
# Started without a shell: it gets the signals itself
CMD ["bundle", "exec", "puma", "--bind", "tcp://0.0.0.0:4567"]
