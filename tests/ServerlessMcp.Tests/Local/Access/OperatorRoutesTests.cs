using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Access;

/// <summary>Every route of a local server that is not the endpoint's own, with each way of showing who one is.</summary>
public sealed class OperatorRoutesTests : IDisposable
{
    /// <summary>Open to the scope <c>approve</c>, too: who decides looks first.</summary>
    private static readonly string[] Deciding = ["HTTP: GET /operator/executions/{id}", "HTTP: POST /operator/executions/{id}/decision"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_admin_gets_in_and_a_route_of_another_kind_would_be_seen_here()
    {
        var flags = new Dictionary<string, string> { ["--data"] = _folder.Path, ["--port"] = "0", ["--aws-endpoint"] = "http://127.0.0.1:1" };
        var settings = new SettingsReader(_ => null, _folder.Path).Read(flags);
        await using var host = await LocalHost.StartAsync(settings, TimeProvider.System, _ => { }, sweep: null, Cancelled);
        using var door = OperatorDoor.Open(new(_folder.Path));
        var closed = new List<string?> { null, "x", ApiKey.New("prod").Reveal(), ApiKey.New(LocalKeyring.Environment).Reveal() };
        foreach (var scope in Scope.All.Except([Scope.Admin, Scope.Approve]))
        {
            closed.Add(await door.CreateKeyAsync(new(scope, [scope]), Cancelled));
        }

        var approver = await door.CreateKeyAsync(new("approver", [Scope.Approve]), Cancelled);
        closed.Add(approver);
        var ended = await door.CreateKeyAsync(new("ended", [Scope.Admin]), Cancelled);
        await door.ChangeKeyAsync(ended, "revoke", Cancelled);
        closed.Add(ended);
        var open = await door.CreateKeyAsync(new("admin", [Scope.Admin]), Cancelled);
        var routes = host.Routes.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText?.StartsWith("/mcp", StringComparison.Ordinal) is false
                && !route.RoutePattern.RawText.StartsWith("/page", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.StartsWith("/operator/", route.RoutePattern.RawText, StringComparison.Ordinal));
        foreach (var route in routes)
        {
            foreach (var key in closed)
            {
                var isOpen = key == approver && Deciding.Contains(route.DisplayName);
                Assert.Equal((route.DisplayName, !isOpen), (route.DisplayName, await AskAsync(host.Url, route, key) == HttpStatusCode.Unauthorized));
            }

            Assert.NotEqual((route.DisplayName, HttpStatusCode.Unauthorized), (route.DisplayName, await AskAsync(host.Url, route, open)));
        }
    }

    private static async Task<HttpStatusCode> AskAsync(Uri server, RouteEndpoint route, string? key)
    {
        var method = route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];
        var path = route.RoutePattern.RawText!.Replace("{id}", "nobody", StringComparison.Ordinal);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new(method), new Uri(server, path));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        request.Content = method == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        using var answer = await http.SendAsync(request, Cancelled);
        return answer.StatusCode;
    }
}
