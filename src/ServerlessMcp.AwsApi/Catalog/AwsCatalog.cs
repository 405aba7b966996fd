using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>The catalogue of the models embedded in this assembly; a model is read when it is first asked for.</summary>
public sealed class AwsCatalog : IAwsCatalog
{
    private readonly ModelIndex _index = ModelIndex.Load();
    private readonly ConcurrentDictionary<string, Lazy<ServiceModel>> _models = new(StringComparer.Ordinal);

    private readonly Lazy<IamActions> _actions = new(IamActions.Load);

    public IReadOnlyList<string> Services => _index.Services;

    internal ModelIndex Index => _index;

    public string CanonicalService(string service) => _index.FindService(service)
        ?? throw Unknown("unknown_service", $"There is no service '{service}' here; nearest: {Nearest.Of(service, Services)}.");

    public AwsOperation Operation(string service, string operation)
    {
        var model = Model(service);
        var found = FindOperation(model, operation);
        var token = found.Input < 0 ? null : model.ShapeAt(found.Input).Members.FirstOrDefault(member => member.IsIdempotencyToken);
        return new AwsOperation(
            model.Name, found.Name, found.Documentation, found.Access, found.Sensitivity is { When: null }, token?.Name)
        {
            Acts = found.Sensitivity is { Acts: true },
            SensitiveBecause = found.Sensitivity?.Because,
            SensitiveWhen = found.Sensitivity?.When is { } when ? new(when.Member, JsonValue.Create(when.Value)) : null,
        };
    }

    public IReadOnlyList<AwsProblem> Validate(AwsOperation operation, JsonObject parameters, Func<string, bool>? isPlaceholder = null)
    {
        var model = Model(operation.Service);
        return new ParameterCheck(model, isPlaceholder).Run(FindOperation(model, operation.Name), parameters);
    }

    public IReadOnlyList<AwsSensitiveValue> SensitiveValues(AwsOperation operation, JsonObject parameters)
    {
        var model = Model(operation.Service);
        return SensitiveMembers.Find(model, FindOperation(model, operation.Name), parameters);
    }

    public JsonObject Redact(AwsOperation operation, JsonObject output)
    {
        var model = Model(operation.Service);
        return SensitiveMembers.Redact(model, FindOperation(model, operation.Name), output);
    }

    public AwsProblem? CheckOutputPath(AwsOperation operation, string path)
    {
        var model = Model(operation.Service);
        return OutputPath.Check(model, FindOperation(model, operation.Name), path);
    }

    public IReadOnlyList<AwsMember> Parameters(AwsOperation operation, int depth)
    {
        var model = Model(operation.Service);
        return MemberTree.Of(model, FindOperation(model, operation.Name).Input, depth);
    }

    public IReadOnlyList<AwsMember> Answer(AwsOperation operation, int depth)
    {
        var model = Model(operation.Service);
        return MemberTree.Of(model, FindOperation(model, operation.Name).Output, depth);
    }

    public IReadOnlyList<string> Actions(string service, string operation) => _actions.Value.Of(service, operation);

    public IReadOnlyList<string>? ArnsOf(string action) => _actions.Value.ArnsOf(action);

    public IReadOnlyList<string> Waiters(AwsOperation operation)
    {
        var model = Model(operation.Service);
        return [.. model.WaiterNames.Where(name => model.FindWaiter(name)!.Operation == operation.Name)];
    }

    public string LooksWith(string service, string waiter) => FindWaiter(Model(service), waiter).Operation;

    public string Waiter(string service, string waiter) => FindWaiter(Model(service), waiter).Name;

    public bool IsRegional(string service) =>
        !(Model(service).Endpoints.TryGetValue("aws", out var entry) && entry.Split('|') is [_, _, { Length: > 0 }]);

    public string Region(string region) => _index.FindPartition(region) is not null
        ? region
        : throw Unknown("unknown_region", $"There is no Region '{region}'; nearest: {Nearest.Of(region, _index.Regions)}.");

    /// <exception cref="AwsInputException"><c>unknown_service</c>.</exception>
    internal ServiceModel Model(string service) =>
        _models.GetOrAdd(CanonicalService(service), name => new Lazy<ServiceModel>(() => ServiceModel.Load(name)!)).Value;

    /// <exception cref="AwsInputException"><c>unknown_operation</c>.</exception>
    internal static OperationModel FindOperation(ServiceModel model, string operation) => model.FindOperation(operation)
        ?? throw Unknown("unknown_operation", $"{model.Name} has no operation '{operation}'; nearest: {Nearest.Of(operation, model.OperationNames)}.");

    /// <exception cref="AwsInputException"><c>unknown_waiter</c>.</exception>
    internal static WaiterModel FindWaiter(ServiceModel model, string waiter) => model.FindWaiter(waiter) ?? throw Unknown(
        "unknown_waiter",
        model.WaiterNames.Count == 0
            ? $"{model.Name} has no waiters; wait with a call and a condition."
            : $"{model.Name} has no waiter '{waiter}'; nearest: {Nearest.Of(waiter, model.WaiterNames)}.");

    private static AwsInputException Unknown(string code, string message) => new(code, message, [new("$", message)]);
}
