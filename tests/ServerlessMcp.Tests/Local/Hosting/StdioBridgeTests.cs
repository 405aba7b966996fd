using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Local.Hosting;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>What a client over stdio gets when something is wrong: always an answer, with the id that it waits for.</summary>
public sealed class StdioBridgeTests : IAsyncLifetime
{
    private readonly WebApplication _server;
    private int _status = 200;
    private string _answer = """{"jsonrpc":"2.0","id":1,"result":{}}""";

    public StdioBridgeTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(http =>
        {
            http.Response.StatusCode = _status;
            return http.Response.WriteAsync(_answer);
        });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _server.StartAsync(Token);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_line_with_a_member_twice_is_refused_and_the_next_one_is_carried()
    {
        var answers = await CarryAsync("""{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}""", """{"jsonrpc":"2.0","id":1,"method":"ping"}""");

        Assert.Equal(2, answers.Count);
        Assert.Contains(answers, answer => answer.TryGetProperty("error", out var error) && error.GetProperty("code").GetInt32() == -32700);
        Assert.Contains(answers, answer => answer.TryGetProperty("result", out _));
    }

    [Theory]
    [InlineData(502, "")]
    [InlineData(502, "<html>no</html>")]
    [InlineData(400, """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"The body is over 1048576 bytes."}}""")]
    public async Task An_answer_without_an_id_reaches_the_one_who_asked(int status, string answer)
    {
        (_status, _answer) = (status, answer);

        var got = Assert.Single(await CarryAsync("""{"jsonrpc":"2.0","id":"a","method":"ping"}"""));

        Assert.Equal("a", got.GetProperty("id").GetString());
        Assert.NotEmpty(got.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_notification_gets_no_answer()
    {
        (_status, _answer) = (202, "");

        Assert.Empty(await CarryAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""));
    }

    private async Task<IReadOnlyList<JsonElement>> CarryAsync(params string[] lines)
    {
        using var output = new StringWriter();
        using var bridge = new StdioBridge(new(_server.Urls.Single()), "key", new StringReader(string.Join('\n', lines)), output);
        await bridge.RunAsync(Token);
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
