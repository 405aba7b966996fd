using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Calls;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi;

public sealed partial class AwsClient
{
    public async Task<AwsPresignedUrl> PresignAsync(
        AwsTarget target, string operation, JsonObject parameters, TimeSpan expiresIn, CancellationToken cancellationToken)
    {
        var known = _catalog.Operation("s3", operation);
        _catalog.Region(target.Region);
        var problems = PresignProblems(known, parameters, expiresIn);
        if (problems.Count > 0)
        {
            var list = string.Join(" ", problems.Select(problem => $"{problem.Path}: {problem.Message}"));
            throw new AwsInputException("invalid_parameters", $"s3 {known.Name}: {list}", problems);
        }

        var credentials = await CredentialsAsync(target, cancellationToken);
        var model = _catalog.Model("s3");
        var bucket = parameters["Bucket"]!.ToString();
        var region = _buckets.Find(bucket) ?? target.Region;
        var config = new ServiceConfig(model, _catalog.Index, _options, region, _readTransport, ReadRetries);
        var request = Protocol.Write(model, AwsCatalog.FindOperation(model, known.Name), parameters);
        var prefix = BucketPlace.Place(request, bucket, config.HasOwnEndpoint);
        var endpoint = new Uri(config.DetermineServiceOperationEndpoint(null!).URL);
        var host = new Uri($"{endpoint.Scheme}://{prefix}{endpoint.Authority}");
        var now = _time.GetUtcNow();
        var keys = await credentials.GetCredentialsAsync();
        var url = PresignedUrls.Sign(request, host, region, keys, now, expiresIn, request.Headers);
        return new(request.Method, url, request.Headers, now + expiresIn);
    }

    private List<AwsProblem> PresignProblems(AwsOperation operation, JsonObject parameters, TimeSpan expiresIn)
    {
        var problems = _catalog.Validate(operation, parameters).ToList();
        if (operation.Name is not ("GetObject" or "PutObject"))
        {
            problems.Add(new("$", $"{operation.Name} is not signed ahead; GetObject and PutObject are."));
        }

        if (parameters["Body"] is not null)
        {
            problems.Add(new("$.Body", "whoever uses the address sends the body; leave it out."));
        }

        if (expiresIn < TimeSpan.FromSeconds(1) || expiresIn > IAwsPresigner.LongestLife)
        {
            problems.Add(new("$", $"it may live 1 second to {IAwsPresigner.LongestLife.TotalDays:0} days, not {expiresIn}."));
        }

        return problems;
    }
}
