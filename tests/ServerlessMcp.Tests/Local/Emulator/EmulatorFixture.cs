using Amazon.EC2;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Tests.Local.Emulator;

/// <summary>
/// One emulator behind one strict proxy for all tests of the collection <see cref="WithEmulator"/>. Skips with a sentence where
/// python or moto is missing. Cool-downs are 0 here. Tests in one region see each other's resources: take <see cref="NewRegion"/>.
/// </summary>
public sealed class EmulatorFixture : IAsyncLifetime
{
    private static readonly string[] Regions =
        ["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "ap-south-1", "sa-east-1"];

    // A multiple of the regions: an account is met again in the same region, so that each has few things, and an inventory few exceptions.
    private const int Accounts = 88;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private RunningEmulator? _emulator;
    private StrictProxy? _proxy;
    private string? _missing;
    private int _regions = -1;
    private int _accounts = -1;
    private EmulatedAccount[] _known = [];

    /// <summary>The strict proxy's address: what the product is pointed at.</summary>
    public Uri Endpoint => Proxy.Endpoint;

    /// <summary>The emulator's own address: the independent eye's.</summary>
    public Uri Direct => Running.Endpoint;

    public const string Account = "123456789012";

    public static BasicAWSCredentials Credentials { get; } = new("sandbox", "sandbox");

    internal StrictProxy Proxy => _proxy ?? throw Skip();

    internal RunningEmulator Running => _emulator ?? throw Skip();

    /// <summary>Regions in turn, so that tests do not meet.</summary>
    public string NewRegion() => Regions[Interlocked.Increment(ref _regions) % Regions.Length];

    /// <summary>Accounts in turn, for what is global: roles and buckets. An inventory of one stays small.</summary>
    public EmulatedAccount NewAccount()
    {
        _ = Running;
        return _known[Interlocked.Increment(ref _accounts) % Accounts];
    }

    public AmazonEC2Client Ec2(string region, bool direct = true, EmulatedAccount? account = null) => new(account?.Credentials ?? Credentials, Configure(new AmazonEC2Config(), region, direct));

    public AmazonS3Client S3(string region, bool direct = true, EmulatedAccount? account = null)
    {
        var config = Configure(new AmazonS3Config(), region, direct);
        config.ForcePathStyle = true;
        return new(account?.Credentials ?? Credentials, config);
    }

    /// <summary>Everything gone, rules and records too.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(Direct, "/moto-api/reset"), null, cancellationToken);
        answer.EnsureSuccessStatusCode();
        Proxy.Rules.Clear();
        Proxy.Records.Clear();
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _emulator = await new EmulatorLauncher(_folder, TimeProvider.System, installs: false).StartAsync(CancellationToken.None);
            _known = await Task.WhenAll(Enumerable.Range(0, Accounts).Select(n => EmulatedAccount.OpenAsync(_emulator.Endpoint, $"1000000000{n:00}")));
            _proxy = await StrictProxy.StartAsync(_emulator.Endpoint, TimeProvider.System, coolScale: 0, CancellationToken.None);
        }
        catch (EmulatorException missing) when (missing.IsMissing)
        {
            _missing = missing.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }

        if (_emulator is not null)
        {
            await _emulator.DisposeAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private T Configure<T>(T config, string region, bool direct)
        where T : ClientConfig
    {
        config.ServiceURL = (direct ? Direct : Endpoint).ToString();
        config.AuthenticationRegion = region;
        config.MaxErrorRetry = 0;
        return config;
    }

    private InvalidOperationException Skip()
    {
        Assert.Skip(_missing ?? "The emulator is not running.");
        return new();
    }
}

/// <summary>Put <c>[Collection(WithEmulator.Name)]</c> on a class and take the fixture in its constructor.</summary>
[CollectionDefinition(Name)]
public sealed class WithEmulator : ICollectionFixture<EmulatorFixture>
{
    public const string Name = "emulator";
}
