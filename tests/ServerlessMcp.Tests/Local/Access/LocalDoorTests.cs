using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Server.Access;

namespace ServerlessMcp.Tests.Local.Access;

/// <summary>Local mode with hostile eyes: other users of the machine, pages in the user's browser, names that are not names.</summary>
public sealed class LocalDoorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_file_of_the_data_folder_is_for_others()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps a user's data folder private by itself.");
            return;
        }

        await using var host = await StartAsync();
        using var log = new BoundedLog(Path.Combine(Data, "emulator.log"));
        log.Write("a line");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
        string[] open = [.. Directory.GetFiles(Data).Where(file => !PrivateFile.IsPrivate(file)).Select(file => Path.GetFileName(file))];
        Assert.Equal([], open.Except(["smcp.db.lock", "smcp.db.pid"])); // Empty, and a process id that everybody sees anyway.
    }

    [Fact]
    public async Task A_database_that_others_could_read_is_taken_from_them()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps a user's data folder private by itself.");
            return;
        }

        Directory.CreateDirectory(Data);
        await File.WriteAllBytesAsync(Path.Combine(Data, "smcp.db"), [], Cancelled);
        File.SetUnixFileMode(Path.Combine(Data, "smcp.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.GroupRead);

        await using var host = await StartAsync();

        Assert.True(PrivateFile.IsPrivate(Path.Combine(Data, "smcp.db")));
        Assert.True(PrivateFile.IsPrivate(Path.Combine(Data, "smcp.db-wal")));
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost, https://evil.example")]
    public async Task The_operators_door_is_shut_to_pages_of_others_even_with_the_key(string header, string value)
    {
        await using var host = await StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/operator/keys"));
        request.Headers.Authorization = new("Bearer", host.Keys.Operator);
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Without_auth_it_listens_on_loopback_alone_and_the_operators_door_still_wants_its_key()
    {
        await using var host = await StartAsync(("--no-auth", "true"));
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(host.Url, "/operator/keys"), Cancelled);

        Assert.True(IPAddress.IsLoopback(IPAddress.Parse(host.Url.Host)));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task With_issuers_a_laptop_takes_their_tokens_at_the_endpoint_and_never_at_the_operators_door()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var host = await StartAsync(("--issuers", issuer.Name), ("--resource", TestIssuer.Resource));
        using var http = new HttpClient();
        var operating = issuer.Token(claims: ("scope", "mcp:read mcp:operate mcp:approve mcp:admin"));
        async Task<HttpStatusCode> AskAsync(HttpMethod method, string path, string key)
        {
            using var request = new HttpRequestMessage(method, new Uri(host.Url, path));
            request.Headers.Authorization = new("Bearer", key);
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.Accept.ParseAdd("text/event-stream");
            request.Content = method == HttpMethod.Post ? new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json") : null;
            return (await http.SendAsync(request, Cancelled)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Post, "/mcp", operating));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Post, "/mcp", host.Keys.Agent));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Post, "/mcp", issuer.Token(claims: ("aud", host.Url.ToString()))));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Get, "/operator/keys", operating));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, "/.well-known/oauth-protected-resource/mcp", ""));
    }

    [Fact]
    public async Task Too_much_for_the_operators_door_is_not_read()
    {
        await using var host = await StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Url, "/operator/keys"))
        {
            Content = new StringContent($$"""{"name":"{{new string('x', 3_000_000)}}","scopes":["read"]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", host.Keys.Operator);

        using var answer = await http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_that_would_move_the_cursor_is_no_name()
    {
        await using var host = await StartAsync();
        using var door = OperatorDoor.Open(new(Data));

        var refused = await Assert.ThrowsAsync<CallerException>(() => door.CreateKeyAsync(new("ci\u001b[2J", [Scope.Read]), Cancelled));

        Assert.Equal("invalid_key", refused.Code);
    }

    [Fact]
    public void After_a_kill_the_operators_key_is_not_shown_to_whoever_has_the_port_now()
    {
        var files = new LocalFiles(Data);
        files.Keep(new RunningServer(Environment.ProcessId, "http://127.0.0.1:1/mcp", "sandbox"));

        Assert.Null(files.Server());
    }

    [Fact]
    public void A_log_entry_is_one_line_whatever_it_holds()
    {
        var written = new StringWriter();
        var formatter = new OneLineFormatter(new FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var error = new InvalidOperationException("first\r\n2026-01-01T00:00:00Z info forged\u001b[2J");
        var entry = new LogEntry<string>(LogLevel.Error, "Category", default, "state\nforged", error, (state, _) => state);

        formatter.Write(in entry, null, written);

        Assert.StartsWith("2026-01-01T00:00:00Z error Category: state forged System.InvalidOperationException: first", written.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(written.ToString().TrimEnd(), char.IsControl);
    }

    private Task<LocalHost> StartAsync(params (string Flag, string Value)[] also)
    {
        var flags = new Dictionary<string, string> { ["--data"] = Data, ["--port"] = "0", ["--aws-endpoint"] = "http://127.0.0.1:1" };
        foreach (var (flag, value) in also)
        {
            flags[flag] = value;
        }

        var settings = new SettingsReader(_ => null, _folder.Path).Read(flags);
        return LocalHost.StartAsync(settings, TimeProvider.System, _ => { }, sweep: null, Cancelled);
    }
}
