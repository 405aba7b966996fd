using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Resources;
using ServerlessMcp.Tests.Server.Pages;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>Every request there is with every way of showing who one is, or not; the answers' HTTP statuses.</summary>
internal sealed class AccessMatrix(TestEndpoint server, TestIssuer issuer) : IDisposable
{
    /// <summary>High enough that no cell is refused for the number of the others.</summary>
    public static AccessLimits NoLimits { get; } = AccessLimits.OnePerson with
    {
        Read = new("read", 1_000_000, TimeSpan.FromMilliseconds(1)),
        Operate = new("operate", 1_000_000, TimeSpan.FromMilliseconds(1)),
        Failures = new("auth-fail", 1_000_000, TimeSpan.FromMilliseconds(1)),
    };

    /// <summary>Written by hand, so that a new one has to be thought about here.</summary>
    private static readonly string[] PageRoutes =
    [
        "GET /page/login", "POST /page/login", "GET /page/enter", "POST /page/logout", "GET /page", "GET /page/executions/{id}", "GET /page/executions/{id}/live",
        "POST /page/executions/{id}/decision", "POST /page/executions/{id}/cancel", "POST /page/executions/{id}/undo", "GET /page/plans/{id}", "POST /page/plans/{id}/start",
        "GET /page/assets/page.css", "GET /page/assets/page.js", "GET /page/assets/icon.svg",
    ];

    private readonly HttpClient _http = new();
    private readonly Dictionary<string, PageVisitor> _visitors = new(StringComparer.Ordinal);

    /// <param name="Method">HTTP.</param>
    /// <param name="Path">Of the server's root.</param>
    /// <param name="Body">Null for none.</param>
    public sealed record Row(string Name, string Method, string Path, JsonObject? Body);

    public sealed record Column(string Name, string? Shown);

    public static async Task<AccessMatrix> OpenAsync(TestIssuer issuer) => new(
        await TestEndpoint.StartAsync(new() { Region = "eu-west-1", Jwt = issuer.Settings, Limits = NoLimits }), issuer);

    public ValueTask CloseAsync() => server.DisposeAsync();

    public IEnumerable<Row> Rows()
    {
        foreach (var tool in server.Services.GetServices<ServerTool>().Select(tool => tool.Definition.Name))
        {
            yield return Call($"tools/call {tool}", "tools/call", new() { ["name"] = tool, ["arguments"] = new JsonObject() });
        }

        foreach (var uri in ResourceAddresses.All.Select(resource => resource.Uri).Concat(["docs://tools/whoami", $"execution://{Ids.New("ex")}", $"plan://{Ids.New("pl")}"]))
        {
            var name = uri.StartsWith("execution", StringComparison.Ordinal) || uri.StartsWith("plan", StringComparison.Ordinal) ? uri.Split("://")[0] + "://ID" : uri;
            yield return Call($"resources/read {name}", "resources/read", new() { ["uri"] = uri });
        }

        foreach (var prompt in (string[])["deploy_safely", "undo_last_change"])
        {
            yield return Call($"prompts/get {prompt}", "prompts/get", new() { ["name"] = prompt, ["arguments"] = new JsonObject { ["goal"] = "a queue" } });
        }

        foreach (var method in (string[])["tasks/get", "tasks/update", "tasks/cancel"])
        {
            yield return Call(method, method, new() { ["taskId"] = Ids.New("ex") });
        }

        foreach (var method in (string[])["tools/list", "resources/list", "resources/templates/list", "prompts/list", "server/discover", "initialize", "ping", "no/such/method"])
        {
            yield return Call(method, method, []);
        }

        yield return Call("completion/complete", "completion/complete", new()
        {
            ["ref"] = new JsonObject { ["type"] = "ref/prompt", ["name"] = "deploy_safely" },
            ["argument"] = new JsonObject { ["name"] = "service", ["value"] = "s" },
        });
        yield return new("GET /mcp", "GET", "/mcp", null);
        yield return new("DELETE /mcp", "DELETE", "/mcp", null);
        yield return new($"GET {JwtSettings.WellKnown}", "GET", JwtSettings.WellKnown, null);
        yield return new($"GET {JwtSettings.WellKnown}/mcp", "GET", $"{JwtSettings.WellKnown}/mcp", null);
        yield return new("GET /operator/keys", "GET", "/operator/keys", null);
        foreach (var route in PageRoutes)
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
            yield return new(route, method, path.Replace("{id}", Ids.New(path.StartsWith("/page/plans", StringComparison.Ordinal) ? "pl" : "ex"), StringComparison.Ordinal), null);
        }
    }

    public async Task<IReadOnlyList<Column>> ColumnsAsync()
    {
        var store = server.Services.GetRequiredService<KeyStore>();
        var cancelled = TestContext.Current.CancellationToken;
        var (disabled, revoked) = (await server.NewKeyAsync(Scope.All.ToArray()), await server.NewKeyAsync(Scope.All.ToArray()));
        await store.DisableAsync(disabled, isDisabled: true, TestEndpoint.Everything, cancelled);
        await store.RevokeAsync(revoked, TestEndpoint.Everything, cancelled);
        var foreign = await store.CreateAsync(new("elsewhere", Scope.All, Networks: ["203.0.113.0/24"]), TestEndpoint.Everything, cancelled);
        var columns = new List<Column>
        {
            new("nothing", null),
            new("another environment's key", ApiKey.New("prod").Reveal()),
            new("unknown key", ApiKey.New(TestEndpoint.Environment).Reveal()),
            new("expired key", await ExpiredAsync(cancelled)),
            new("disabled key", disabled),
            new("revoked key", revoked),
            new("key from elsewhere", foreign),
        };
        columns.AddRange(issuer.Bad().Select(bad => new Column($"token: {bad.Kind}", bad.Token)));
        foreach (var scope in Scope.All)
        {
            columns.Add(new($"key {scope}", await server.NewKeyAsync(scope)));
            columns.Add(new($"token {scope}", issuer.Token(claims: ("scope", $"mcp:{scope}"))));
        }

        columns.Add(new("token without scopes", issuer.Token(claims: ("scope", null))));
        return columns;
    }

    /// <summary>What the server answers and no row asks; <c>/mcp</c> is asked by method.</summary>
    public IReadOnlyList<string> Unasked()
    {
        var asked = Rows().Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        return [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}"))
            .Select(route => route.TrimEnd('/'))
            .Where(route => route != "POST /mcp" && !asked.Contains(route))];
    }

    public async Task<int> AskAsync(Row row, Column column)
    {
        if (row.Path.StartsWith("/page", StringComparison.Ordinal))
        {
            return await AskPageAsync(row, column);
        }

        using var request = new HttpRequestMessage(new(row.Method), new Uri(server.Url, row.Path));
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Authorization = column.Shown is { } shown ? new AuthenticationHeaderValue("Bearer", shown) : null;
        if (row.Body is { } body)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            var (method, parameters) = ((string)body["method"]!, body["params"]!);
            request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
            request.Headers.Add("Mcp-Method", method);
            if ((string?)(parameters["name"] ?? parameters["uri"] ?? parameters["taskId"]) is { } name)
            {
                request.Headers.Add("Mcp-Name", name);
            }
        }

        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    public void Dispose()
    {
        _http.Dispose();
        _visitors.Values.ToList().ForEach(visitor => visitor.Dispose());
    }

    /// <summary>A page knows its reader by a session, which a key in the login form begins.</summary>
    private async Task<int> AskPageAsync(Row row, Column column)
    {
        if (row.Name == "POST /page/logout")
        {
            using var leaving = await VisitAsync(column);
            return (int)(await leaving.PostAsync(row.Path, new() { ["t"] = (await leaving.GetAsync("/page")).Token })).Status;
        }

        if (!_visitors.TryGetValue(column.Name, out var visitor))
        {
            _visitors[column.Name] = visitor = await VisitAsync(column);
        }

        return row.Name == "POST /page/login" ? (int)(await visitor.LogInAsync(column.Shown ?? "")).Status
            : row.Method == "GET" ? (int)(await visitor.GetAsync(row.Path)).Status
            : (int)(await visitor.PostAsync(row.Path, new() { ["t"] = (await visitor.GetAsync("/page")).Token })).Status;
    }

    private async Task<PageVisitor> VisitAsync(Column column)
    {
        var visitor = new PageVisitor(server.Url);
        await visitor.LogInAsync(column.Shown ?? "");
        return visitor;
    }

    private async Task<string> ExpiredAsync(CancellationToken cancellationToken)
    {
        var table = server.Services.GetRequiredService<ServerlessMcp.Executions.Ports.ITable>();
        var key = await server.NewKeyAsync(Scope.All.ToArray());
        var (record, version) = await new KeyRecords(table).GetAsync(key, cancellationToken);
        await table.WriteAsync([KeyRecords.Put(record with { ExpiresAt = TimeProvider.System.GetUtcNow() }, version)], cancellationToken);
        return key;
    }

    private static Row Call(string name, string method, JsonObject parameters)
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse("""{"extensions":{"io.modelcontextprotocol/tasks":{}}}"""),
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "matrix", ["version"] = "1" },
        };
        return new(name, "POST", "/mcp", new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters });
    }
}
